// SPDX-License-Identifier: Apache-2.0
#include "config/cli/token_status.hpp"

#include "tests/config/load/config_file.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;

namespace {

std::string status_of(const std::string& config) {
  return token_status(testing::load_text(config).values);
}

}  // namespace

TEST_CASE("the startup line reports that tokens are off without a token key") {
  CHECK(status_of("{}") == "off: no token key is set, so everybody may join");
}

TEST_CASE("the startup line reports the mounts and rooms that use tokens if a token key is set") {
  const std::string secret(32, 's');
  const auto auth = R"("auth": {"hs256_secret": ")" + secret + R"("})";
  const auto plain = status_of("{" + auth + "}");
  CHECK(plain == "on: auth.hs256_secret; auth: optional on /socket; joins: user");
  CHECK(plain.find(secret) == std::string::npos);
  CHECK(status_of("{" + auth + R"(,
      "sockets": [{"path": "/a", "auth": "required"}, {"path": "/b", "auth": "none"}],
      "rooms": [{"match": "a", "allow": {"join": "any"}}, {"match": "b:*"}, {"match": "c:*"},
                {"match": "d", "allow": {"join": {"claim": "role", "in": ["x"]}}}]})") ==
        "on: auth.hs256_secret; auth: required on /a, none on /b; joins: any, user, claim");
}
