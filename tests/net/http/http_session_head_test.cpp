// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "net/http/http_session.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/net/http/http_node.hpp"
#include "tests/net/http/raw_client.hpp"

namespace roost::net::http {
namespace {

/// The request that must never be answered. It is sent where the server may expect a body.
const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";

std::size_t answers_in(const std::string& got) {
  std::size_t count = 0;
  for (auto at = got.find("HTTP/1.1 "); at != std::string::npos; at = got.find("HTTP/1.1 ", at + 1))
    ++count;
  return count;
}

/// Everything that the server sends until it closes the connection.
std::string all_of(std::uint16_t port, const std::string& request) {
  client peer{port};
  peer.send(request);
  return peer.rest();
}

std::string with_lines(const std::string& lines, const std::string& version = "1.1") {
  return "GET /health HTTP/" + version + "\r\nHost: localhost\r\n" + lines + "\r\n";
}

}  // namespace

TEST_CASE("a request with ambiguous framing is refused and closes its connection on both ports") {
  const std::string doubtful[] = {
      with_lines("Transfer-Encoding: xchunked\r\n"),
      with_lines("Transfer-Encoding: identity\r\n"),
      with_lines("Transfer-Encoding: gzip\r\n"),
      with_lines("Transfer-Encoding: chunked, identity\r\n"),
      with_lines("Transfer-Encoding: gzip, chunked\r\n"),
      with_lines("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"),
      with_lines("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n"),
      with_lines("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"),
      with_lines("Content-Length: 3\r\nTransfer-Encoding: xchunked\r\n"),
      with_lines("Transfer-Encoding: chunked\r\n", "1.0"),
      with_lines("Transfer-Encoding: xchunked\r\n", "1.0"),
      with_lines("Transfer-Encoding : chunked\r\n"),
      with_lines("Transfer-Encoding\t: chunked\r\n"),
      with_lines("Transfer-Encoding: \x0b"
                 "chunked\r\n"),
      with_lines("Transfer-Encoding:\r\n chunked\r\n"),
      with_lines("X: a\r\n Transfer-Encoding: chunked\r\n"),
      with_lines("X: a\nTransfer-Encoding: chunked\r\n"),
      with_lines("X: a\rTransfer-Encoding: chunked\r\n"),
      with_lines(std::string{"X: a\0b\r\n", 8}),
      with_lines("Content-Length: 0\r\nContent-Length: 0\r\n"),
      with_lines("Content-Length: 0\r\nContent-Length: 5\r\n"),
      with_lines("Content-Length: 0, 0\r\n"),
      with_lines("Content-Length: +0\r\n"),
      with_lines("Content-Length: -1\r\n"),
      with_lines("Content-Length: 0x1\r\n"),
      with_lines("Content-Length: 18446744073709551616\r\n"),
      with_lines("Host: localhost\r\n"),
      "GET /health HTTP/1.1\r\n\r\n",
      "GET /health HTTP/1.1\r\n Host: localhost\r\n\r\n",
      "GET /health HTTP/1.1\nHost: localhost\n\n",
  };
  node served;
  for (const auto port : {served.port(), served.http->admin_port()}) {
    for (const auto& request : doubtful) {
      INFO(request);
      const auto got = all_of(port, request + smuggled);
      CHECK((begins(got, "HTTP/1.1 400") || begins(got, "HTTP/1.1 501")));
      CHECK(holds(got, "Connection: close"));
      CHECK(answers_in(got) == 1);
    }
  }
}

TEST_CASE("ambiguous chunks are refused") {
  const std::string start =
      "POST /health HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
  node served;
  for (const auto* chunks :
       {"5\nhello\r\n0\r\n\r\n", "5 \r\nhello\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n",
        "-5\r\nhello\r\n0\r\n\r\n", "5\r\nhelloX0\r\n\r\n", "\r\n\r\n",
        "fffffffffffffffff\r\nx\r\n0\r\n\r\n", "5;a\nb\r\nhello\r\n0\r\n\r\n"}) {
    INFO(chunks);
    const auto got = all_of(served.port(), start + chunks + smuggled);
    CHECK(begins(got, "HTTP/1.1 4"));
    CHECK_FALSE(begins(got, "HTTP/1.1 404"));
    CHECK(answers_in(got) == 1);
  }
}

TEST_CASE("an unused body is read to its end and never parsed as a request") {
  node served;
  const auto last = get_request("/health", "Connection: close\r\n");
  const std::string bodies[] = {
      with_lines("Content-Length: " + std::to_string(smuggled.size()) + "\r\n") + smuggled,
      with_lines("Transfer-Encoding: chunked\r\n") + "2b\r\n" + smuggled + "\r\n0\r\n\r\n",
  };
  REQUIRE(smuggled.size() == 0x2b);
  for (const auto port : {served.port(), served.http->admin_port()}) {
    for (const auto& request : bodies) {
      INFO(request);
      const auto got = all_of(port, request + last);
      CHECK(answers_in(got) == 2);
      CHECK_FALSE(holds(got, "HTTP/1.1 404"));
    }
  }
}

TEST_CASE("RFC 9110 6.5: an Authorization field in a trailer is ignored") {
  auto config = test_settings();
  config.admin.api_key = "0123456789abcdef";
  node served{config};
  client admin{served.http->admin_port()};
  const auto got = admin.ask(
      "GET /metrics HTTP/1.1\r\nHost: evil.test\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\nAuthorization: Bearer 0123456789abcdef\r\n\r\n");
  CHECK(begins(got, "HTTP/1.1 403"));
}

TEST_CASE("RFC 9112 2.2: empty lines before a request are skipped") {
  node served;
  client peer{served.port()};
  CHECK(begins(peer.ask("\r\n" + get_request("/health")), "HTTP/1.1 200"));
  CHECK(begins(peer.ask("\r\n\r\n\r\n" + get_request("/health")), "HTTP/1.1 200"));
  peer.send("\r");
  peer.send("\n");
  CHECK(begins(peer.ask(get_request("/health")), "HTTP/1.1 200"));
  CHECK(begins(all_of(served.port(), "\n" + get_request("/health")), "HTTP/1.1 400"));
}

TEST_CASE("RFC 9112 3.2.2: the host of an absolute target takes precedence over Host") {
  node served;
  const auto absolute = [&](const std::string& target, const std::string& host) {
    client admin{served.http->admin_port()};
    return admin.ask("GET " + target + "/stats HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  };
  CHECK(begins(absolute("http://localhost:4001", "evil.test"), "HTTP/1.1 200"));
  CHECK(begins(absolute("http://evil.test", "localhost:4001"), "HTTP/1.1 403"));
}

TEST_CASE("an upgrade that repeats a header with a single value gets 400") {
  node served;
  for (const std::string twice : {"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
                                  "Sec-WebSocket-Version: 13\r\n", "Host: localhost:4000\r\n"}) {
    INFO(twice);
    CHECK(
        begins(all_of(served.port(), upgrade_request("/socket/websocket", twice)), "HTTP/1.1 400"));
  }
  const std::string origin = "Origin: http://localhost:4000\r\n";
  CHECK(begins(all_of(served.port(), upgrade_request("/socket/websocket", origin + origin)),
               "HTTP/1.1 400"));
}

TEST_CASE("a header that arrives byte by byte is parsed like one that arrives whole") {
  node served;
  client peer{served.port()};
  for (const char each : get_request("/health", "X: a\r\n")) peer.send({&each, 1});
  CHECK(begins(peer.answer(), "HTTP/1.1 200"));
  for (const char each : get_request("/health", "X: a\r\n b\r\n")) peer.send({&each, 1});
  CHECK(begins(peer.rest(), "HTTP/1.1 400"));
}

}  // namespace roost::net::http
