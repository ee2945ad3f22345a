// SPDX-License-Identifier: Apache-2.0
#include "config/load/access_checks.hpp"

#include "tests/config/load/config_file.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::testing;

namespace {

const std::string good_secret(32, 's');

std::string problems_of(const settings& all, const key_checks& keys = {}) {
  std::vector<problem> problems;
  std::vector<std::string> warnings;
  check_access(all, keys, problems, warnings);
  return all_of(problems);
}
std::string warnings_of(const settings& all, const key_checks& keys = {}) {
  std::vector<problem> problems;
  std::vector<std::string> warnings;
  check_access(all, keys, problems, warnings);
  return all_of(warnings);
}

settings with_rule(access_rule::grantee allowed) {
  settings all;
  all.rooms[0].allow.join = access_rule{.allowed = allowed};
  return all;
}

}  // namespace

TEST_CASE("a secret that is too short is a problem that does not show its value") {
  settings all;
  all.auth.hs256_secret = std::string(31, 's');
  all.admin.api_key = std::string(15, 'k');
  CHECK(problems_of(all) ==
        "admin.api_key: has 15 bytes, must have at least 16\n"
        "auth.hs256_secret: has 31 bytes, must have at least 32\n");
  all.auth.hs256_secret += 's';
  all.admin.api_key += 'k';
  CHECK(problems_of(all) == "");
}

TEST_CASE("an admin port that other machines can reach requires an API key") {
  settings all;
  for (auto host : {"0.0.0.0", "::", "[::]", "10.0.0.1", "127.0.0.1.example.com", "admin"}) {
    all.admin.host = host;
    all.admin.api_key.clear();
    CHECK(problems_of(all).starts_with("admin.host: is \"" + std::string{host} +
                                       "\", which other machines can reach; set admin.api_key"));
    all.admin.api_key = std::string(16, 'k');
    CHECK(problems_of(all) == "");
  }
}

TEST_CASE("an unreadable key file is reported once and not for each setting that needs the key") {
  CHECK(all_of(load_text(R"({"auth": {"hs256_secret_file": "nowhere"},
                             "admin": {"host": "0.0.0.0", "api_key_file": "nowhere"},
                             "sockets": [{"auth": "required"}],
                             "rooms": [{"allow": {"join": "user"}}]})"))
            .find("needs") == std::string::npos);
  CHECK(load_text(R"({"auth": {"hs256_secret_file": "nowhere"}, "sockets": [{"auth": "required"}],
                      "admin": {"host": "0.0.0.0", "api_key_file": "nowhere"}})")
            .problems.size() == 2);
}

TEST_CASE("only loopback addresses and localhost count as loopback") {
  for (auto host : {"127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost", "::ffff:127.0.0.1"}) {
    CHECK(is_loopback(host));
  }
  for (auto host : {"0.0.0.0", "128.0.0.1", "::", "::2", "", "localhost.example.com"}) {
    CHECK_FALSE(is_loopback(host));
  }
}

TEST_CASE("a mount that requires tokens is a problem without a token key") {
  settings all;
  all.sockets.push_back(
      {.path = "/b", .origins = {}, .subprotocols = {}, .auth = token_use::required});
  CHECK(problems_of(all) ==
        "sockets[1].auth: is \"required\", which needs a token key: auth.hs256_secret, "
        "auth.jwks_file or auth.jwks_url\n");
  all.auth.jwks_url = "https://id.example.com/keys";
  CHECK(problems_of(all) == "");
}

TEST_CASE("an access rule that checks tokens is a problem without a token key") {
  using who = access_rule::grantee;
  for (auto needs : {who::user, who::self, who::grant, who::claim}) {
    auto all = with_rule(needs);
    CHECK(problems_of(all).starts_with("rooms[0].allow.join: is "));
    CHECK(problems_of(all).find("needs a token key") != std::string::npos);
    all.auth.hs256_secret = good_secret;
    CHECK(problems_of(all) == "");
  }
  for (auto free : {who::any, who::none}) CHECK(problems_of(with_rule(free)) == "");

  settings all;
  all.rooms[0].allow.push = {{{"a"}, {}}, {{"*"}, {.allowed = who::grant}}};
  CHECK(problems_of(all).starts_with(
      "rooms[0].allow.push[1].allow: is \"grant\", which needs a token key"));
  all.rooms[0].allow.push = {{{"*"}, {.allowed = who::grant}}};
  CHECK(problems_of(all).starts_with("rooms[0].allow.push: is \"grant\", which needs a token key"));
}

TEST_CASE("a key file or URL that the node cannot use is reported with its setting") {
  const key_checks keys{.file = [](const std::string& path) -> result<void> {
                          if (path == "good.json") return {};
                          return error{errc::bad_setting, "it has no key"};
                        },
                        .address = [](const std::string& address) -> result<void> {
                          if (address == "https://good") return {};
                          return error{errc::bad_setting, "its port is wrong"};
                        }};
  settings all;
  CHECK(problems_of(all, keys) == "");
  all.auth.jwks_file = "good.json";
  all.auth.jwks_url = "https://good";
  CHECK(problems_of(all, keys) == "");
  all.auth.jwks_file = "bad.json";
  all.auth.jwks_url = "https://bad";
  CHECK(problems_of(all, keys) ==
        "auth.jwks_file: is \"bad.json\": it has no key\n"
        "auth.jwks_url: is \"https://bad\": its port is wrong\n");
  CHECK(problems_of(all) == "");
}

TEST_CASE("limits for each user cause a warning without a token key") {
  settings all;
  all.limits.connections_per_user.max = 5;
  all.rates.user.messages = {10, 20};
  CHECK(warnings_of(all) ==
        "limits.connections_per_user.max: is 5, but without a token key there are no users\n"
        "rates.user.messages.per_second: is 10, but without a token key there are no users\n");
  all.auth.hs256_secret = good_secret;
  CHECK(warnings_of(all) == "");
}

TEST_CASE("fetching keys over plain HTTP from another machine causes a warning") {
  settings all;
  for (auto url : {"http://id.example.com/keys", "http://10.0.0.1:8080/", "http://id"}) {
    all.auth.jwks_url = url;
    CHECK(warnings_of(all).find("use https") != std::string::npos);
  }
  for (auto url : {"https://id.example.com/keys", "http://127.0.0.1:8080/keys", "http://localhost",
                   "http://[::1]:80/keys"}) {
    all.auth.jwks_url = url;
    CHECK(warnings_of(all) == "");
  }
}

TEST_CASE("a token cookie and a mount that accepts any origin together cause a warning") {
  settings all;
  all.auth.hs256_secret = good_secret;
  all.auth.cookie = "session";
  CHECK(warnings_of(all) == "");
  all.sockets[0].origins.how = origin_rule::mode::any;
  CHECK(warnings_of(all).starts_with("sockets[0].origins: is \"any\", but auth.cookie is set"));
}

TEST_CASE("a token key that no mount uses causes a warning") {
  settings all;
  all.auth.hs256_secret = good_secret;
  all.sockets.assign(2, {});
  all.sockets[0].auth = token_use::none;
  CHECK(warnings_of(all) == "");
  all.sockets[1].auth = token_use::none;
  CHECK(warnings_of(all).starts_with("sockets: every auth is \"none\""));
  all.auth.hs256_secret.clear();
  CHECK(warnings_of(all) == "");
}
