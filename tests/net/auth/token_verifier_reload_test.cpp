// SPDX-License-Identifier: Apache-2.0
// The effect of a settings reload on keys from a file or from an address.
#include <chrono>
#include <fstream>
#include <string>

#include "tests/fixtures/catch.hpp"
#include "tests/net/auth/signer.hpp"
#include "tests/net/auth/verifier_fixture.hpp"
#include "tests/net/http/client/web_server.hpp"

namespace roost::net::auth {

namespace {

using http::scratch_folder;
using http::web_server;

constexpr std::int64_t now_ms = 1'000'000;

settings with_file(const std::string& path) {
  settings out;
  out.auth.jwks_file = path;
  return out;
}

settings with_address(const std::string& address) {
  settings out;
  out.auth.jwks_url = address;
  return out;
}

}  // namespace

TEST_CASE("the keys of a file stay until the newly configured file has good keys") {
  const scratch_folder folder;
  const auto first = signer::ed25519();
  const auto second = signer::ed25519();
  std::ofstream{folder.path("first")} << key_set_of(first, "a");
  std::ofstream{folder.path("second")} << R"({"keys":[{"kty":"foo"}]})";
  settings_store config{with_file(folder.path("first"))};
  metrics probe;
  token_verifier verifier{config, probe, hasty()};
  config.replace(with_file(folder.path("second")));
  verifier.reload();
  CHECK(verifier.check(signed_by(first, "a"), now_ms));
  std::ofstream{folder.path("second")} << key_set_of(second, "b");
  wait_until([&] { return bool{verifier.check(signed_by(second, "b"), now_ms)}; });
  CHECK_FALSE(verifier.check(signed_by(first, "a"), now_ms));
  config.replace(settings{});
  verifier.reload();
  CHECK_FALSE(verifier.check(signed_by(second, "b"), now_ms));
}

TEST_CASE("the keys of a URL stay until the newly configured URL returns good keys") {
  const auto first = signer::ed25519();
  const auto second = signer::ed25519();
  web_server former{web_server::scheme::http, key_set_of(first, "a")};
  web_server next{web_server::scheme::http, key_set_of(second, "b")};
  settings_store config{with_address(former.address("/jwks"))};
  metrics probe;
  token_verifier verifier{config, probe, hasty()};
  verifier.await_first_fetch(std::chrono::minutes{1});
  for (const auto& elsewhere : {next.address("/silent"), next.address("/nowhere"),
                                std::string{"http://localhost:99999/jwks"}}) {
    config.replace(with_address(elsewhere));
    verifier.reload();
    verifier.await_first_fetch(milliseconds{100});
    INFO(elsewhere);
    CHECK(verifier.check(signed_by(first, "a"), now_ms));
  }
  config.replace(with_address(next.address("/jwks")));
  verifier.reload();
  wait_until([&] { return bool{verifier.check(signed_by(second, "b"), now_ms)}; });
  CHECK_FALSE(verifier.check(signed_by(first, "a"), now_ms));
}

TEST_CASE("a reload fetches from the same URL again at once") {
  const auto pen = signer::ed25519();
  web_server issuer{web_server::scheme::http, key_set_of(pen, "a")};
  const settings_store config{with_address(issuer.address("/jwks"))};
  metrics probe;
  auto patient = hasty();
  patient.timing.early_min = std::chrono::hours{1};
  token_verifier verifier{config, probe, patient};
  verifier.await_first_fetch(std::chrono::minutes{1});
  CHECK(probe.value(metrics::counter::jwks_fetches) == 1);
  verifier.reload();
  wait_until([&] { return probe.value(metrics::counter::jwks_fetches) == 2; });
}

}  // namespace roost::net::auth
