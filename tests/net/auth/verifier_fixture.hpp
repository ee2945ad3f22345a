// SPDX-License-Identifier: Apache-2.0
// Shared helpers for token_verifier tests: keys, tokens signed with them, and waiting.
#pragma once

#include <chrono>
#include <string>
#include <thread>

#include "net/auth/token_verifier.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/net/auth/signer.hpp"

namespace roost::net::auth {

inline std::string key_set_of(const signer& who, const std::string& id) {
  return R"({"keys":[)" + who.jwk(R"(,"kid":")" + id + "\"") + "]}";
}

inline std::string signed_by(const signer& who, const std::string& id,
                             const std::string& user = "ada") {
  return who.token(R"({"alg":"EdDSA","kid":")" + id + "\"}", R"({"sub":")" + user + "\"}");
}

/// Waits until `fact` is true; fails the test after one minute.
template <class Fact>
void wait_until(Fact fact) {
  for (int i = 0; i < 6'000; ++i) {
    if (fact()) return;
    std::this_thread::sleep_for(milliseconds{10});
  }
  FAIL("waited in vain");
}

inline token_verifier_options hasty() {
  return {.poll = milliseconds{10},
          .timing = {.refresh = std::chrono::hours{1},
                     .early_min = milliseconds{1},
                     .retry_min = milliseconds{1},
                     .retry_max = milliseconds{5}}};
}

}  // namespace roost::net::auth
