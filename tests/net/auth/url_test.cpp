// SPDX-License-Identifier: Apache-2.0
#include "net/auth/url.hpp"

#include "tests/fixtures/catch.hpp"

namespace roost::net::auth {

TEST_CASE("a URL is split into scheme and host and port and authority and target") {
  struct row {
    const char* text;
    bool is_secure;
    const char *host, *port, *authority, *target;
  };
  const row table[] = {
      {"https://id.example/jwks.json", true, "id.example", "443", "id.example", "/jwks.json"},
      {"http://127.0.0.1:8080", false, "127.0.0.1", "8080", "127.0.0.1:8080", "/"},
      {"https://[::1]:8443/a?b=c", true, "::1", "8443", "[::1]:8443", "/a?b=c"},
      {"https://[::1]", true, "::1", "443", "[::1]", "/"},
      {"http://h?q=/x", false, "h", "80", "h", "/?q=/x"},
  };
  for (const auto& row : table) {
    CAPTURE(row.text);
    const auto got = parse_url(row.text);
    REQUIRE(got);
    CHECK(got->is_secure == row.is_secure);
    CHECK(got->host == row.host);
    CHECK(got->port == row.port);
    CHECK(got->authority == row.authority);
    CHECK(got->target == row.target);
  }
}

TEST_CASE("an invalid or unsupported URL is refused") {
  for (const auto* bad : {"",
                          "id.example",
                          "ftp://h/",
                          "HTTP://h/",
                          "http://",
                          "http:///x",
                          "http://:80/",
                          "http://h:/",
                          "http://h:0/",
                          "http://h:65536/",
                          "http://h:8x/",
                          "http://[::1/",
                          "http://[::1]x/",
                          "http://[]/",
                          "http://user:secret@h/",
                          "http://h/#part",
                          "http://h/a b",
                          "http://h/\r\nX: y",
                          "http://h\xc3\xa9/",
                          "http://a:1:2/"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_url(bad));
  }
}

}  // namespace roost::net::auth
