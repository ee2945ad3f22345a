// SPDX-License-Identifier: Apache-2.0
#include "config/schema/problem.hpp"

#include "tests/fixtures/catch.hpp"

using namespace roost;

TEST_CASE("a setting is faulty if it or its part or its parent or its secret file has a problem") {
  const std::vector<problem> problems{
      {"rooms[1].match", ""}, {"limits", ""}, {"auth.hs256_secret_file", ""}, {"sockets[2]", ""}};
  for (auto key : {"rooms[1].match", "rooms[1]", "rooms", "limits.idle_ms", "auth",
                   "auth.hs256_secret", "sockets[2].path"}) {
    INFO(key);
    CHECK(is_faulty(key, problems));
  }
  for (auto key : {"rooms[1].kind", "rooms[10].match", "rooms[0]", "limit", "limits_x",
                   "auth.hs256", "sockets[1].path"}) {
    INFO(key);
    CHECK_FALSE(is_faulty(key, problems));
  }
}
