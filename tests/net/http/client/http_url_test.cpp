// SPDX-License-Identifier: Apache-2.0
#include "net/http/client/http_url.hpp"

#include "tests/fixtures/catch.hpp"

namespace roost::net::http {

TEST_CASE("an http or https URL with a host is accepted") {
  for (const auto* good :
       {"https://id.example/jwks.json", "http://127.0.0.1:8080", "https://[::1]:8443/a?b=c",
        "https://[::1]", "http://h?q=/x", "http://h/a:0", "https://Id.Example:65535/a%20b"}) {
    CAPTURE(good);
    CHECK(is_http_url(good));
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
    CHECK_FALSE(is_http_url(bad));
  }
}

}  // namespace roost::net::http
