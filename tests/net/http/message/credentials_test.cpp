// SPDX-License-Identifier: Apache-2.0
#include "net/http/message/credentials.hpp"

#include "tests/fixtures/catch.hpp"

namespace roost::net::http {

TEST_CASE("a bearer token follows the scheme name in any letter case") {
  CHECK(bearer_token("Bearer a.b.c") == "a.b.c");
  CHECK(bearer_token("bEARER   a.b.c ") == "a.b.c");
  CHECK(bearer_token("Bearer ").empty());
  CHECK(bearer_token("Bearer").empty());
  CHECK(bearer_token("Basic dXNlcjpwYXNz").empty());
  CHECK(bearer_token("Bearera.b.c").empty());
  CHECK(bearer_token("").empty());
}

TEST_CASE("a cookie is found by its full name and returned without quotes and spaces") {
  CHECK(cookie_value("token=a.b.c", "token") == "a.b.c");
  CHECK(cookie_value("x=1; token = \"a.b.c\" ;y=2", "token") == "a.b.c");
  CHECK(cookie_value("xtoken=1; tokenx=2; Token=3", "token").empty());
  CHECK(cookie_value("token; token=; token=b", "token") == "b");
  CHECK(cookie_value("x=token=1", "token").empty());
  CHECK(cookie_value("token=\"", "token") == "\"");
  CHECK(cookie_value("token=a=b", "token") == "a=b");
  CHECK(cookie_value("", "token").empty());
  CHECK(cookie_value(";;=;", "token").empty());
}

TEST_CASE("a bad token gets 403 with the reason from the error catalogue") {
  for (const auto why : {errc::bad_token, errc::token_expired, errc::revoked}) {
    const auto got = token_error_response(why);
    CHECK(got.status == 403);
    CHECK(got.body.find("\"reason\":\"" + std::string{reason_of(why)} + "\"") != std::string::npos);
  }
}

}  // namespace roost::net::http
