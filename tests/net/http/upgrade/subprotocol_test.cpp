// SPDX-License-Identifier: Apache-2.0
#include "net/http/upgrade/subprotocol.hpp"

#include <vector>

#include "tests/fixtures/catch.hpp"

namespace roost::net::http {
namespace {

struct row {
  const char* about;
  std::optional<std::string_view> header;
  std::vector<std::string> configured;
  errc fails;
  std::string_view token;
  std::string_view echo;
};

const row table[] = {
    {"no header", std::nullopt, {"a"}, errc::none, "", ""},
    {"unknown, none configured: ignored", "x", {}, errc::none, "", ""},
    {"unknown, some configured", "x, y", {"a"}, errc::subprotocol_refused, "", ""},
    {"the first configured match", "b , a", {"a", "b"}, errc::none, "", "a"},
    {"names are compared exactly", "A", {"a"}, errc::subprotocol_refused, "", ""},
    {"the client's own name", "phoenix", {}, errc::none, "", "phoenix"},
    {"the client's own name beside configured ones", "phoenix", {"a"}, errc::none, "", "phoenix"},
    {"with a token", "phoenix, base64url.bearer.phx.YWJj", {}, errc::none, "abc", "phoenix"},
    {"token first", "base64url.bearer.phx.YWJj,phoenix", {"a"}, errc::none, "abc", "phoenix"},
    {"a lone token", "base64url.bearer.phx.YWJj", {}, errc::none, "abc", ""},
    {"a lone token, some configured", "base64url.bearer.phx.YWJj", {"a"}, errc::none, "abc", ""},
    {"a token and a configured name",
     "a, base64url.bearer.phx.YWJj",
     {"a"},
     errc::none,
     "abc",
     "a"},
    {"a token and an unknown name",
     "x, base64url.bearer.phx.YWJj",
     {"a"},
     errc::subprotocol_refused,
     "",
     ""},
    {"no padding", "phoenix, base64url.bearer.phx.YWI", {}, errc::none, "ab", "phoenix"},
    {"padding", "phoenix, base64url.bearer.phx.YWI=", {}, errc::none, "ab", "phoenix"},
    {"standard alphabet",
     "phoenix, base64url.bearer.phx.Pz8/Pj4+",
     {},
     errc::none,
     "?\?\?>>>",
     "phoenix"},
    {"URL alphabet",
     "phoenix, base64url.bearer.phx.Pz8_Pj4-",
     {},
     errc::none,
     "?\?\?>>>",
     "phoenix"},
    {"a bad token", "phoenix, base64url.bearer.phx.!!!", {}, errc::bad_token, "", ""},
    {"an empty token", "phoenix, base64url.bearer.phx.", {}, errc::bad_token, "", ""},
    {"two tokens are names that nobody knows",
     "phoenix, base64url.bearer.phx.YQ, base64url.bearer.phx.Yg",
     {},
     errc::none,
     "",
     "phoenix"},
    {"an empty list, none configured", " , ", {}, errc::none, "", ""},
    {"an empty list, some configured", "", {"a"}, errc::subprotocol_refused, "", ""},
};

}  // namespace

TEST_CASE("subprotocol and token are chosen as the Phoenix client expects") {
  for (const auto& r : table) {
    INFO(r.about);
    const auto got = choose_subprotocol(r.header, r.configured);
    REQUIRE(static_cast<bool>(got) == (r.fails == errc::none));
    if (got) {
      CHECK(got->token == r.token);
      CHECK(got->echo == r.echo);
    } else {
      CHECK(got.failure().code == r.fails);
    }
  }
}

}  // namespace roost::net::http
