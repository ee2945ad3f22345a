// SPDX-License-Identifier: Apache-2.0
#include "net/http/message/request_framing.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "tests/fixtures/catch.hpp"

namespace roost::net::http {
namespace {

std::string_view take_until(std::string_view& from, std::string_view mark) {
  const auto end = std::min(from.find(mark), from.size());
  const auto out = from.substr(0, end);
  from.remove_prefix(std::min(end + mark.size(), from.size()));
  return out;
}

/// Builds the head without Beast's parser, which would refuse some of these heads itself.
request_head head_of(std::string_view start_line, std::string_view lines) {
  request_head out;
  out.method_string(std::string{take_until(start_line, " ")});
  out.target(std::string{take_until(start_line, " ")});
  out.version(start_line == "HTTP/1.0" ? 10 : 11);
  while (!lines.empty()) {
    auto line = take_until(lines, "\r\n");
    const auto name = take_until(line, ":");
    const auto begin = std::min(line.find_first_not_of(" \t"), line.size());
    const auto end = line.find_last_not_of(" \t") + 1;
    const auto value = begin == line.size() ? std::string_view{} : line.substr(begin, end - begin);
    out.insert(std::string{name}, std::string{value});
  }
  return out;
}

unsigned status_of(const std::string& lines, const std::string& start = "GET /health HTTP/1.1") {
  const auto fault = find_framing_fault(head_of(start, lines));
  return fault ? fault->status : 200;
}

struct row {
  const char* lines;
  unsigned status;
};

constexpr const char* host = "Host: h\r\n";

}  // namespace

TEST_CASE("RFC 9112 6.1: Transfer-Encoding must be chunked and given once") {
  const row rows[] = {
      {"Transfer-Encoding: chunked\r\n", 200},
      {"Transfer-Encoding: Chunked\r\n", 200},
      {"Transfer-Encoding:\tchunked \t\r\n", 200},
      {"Transfer-Encoding: xchunked\r\n", 501},
      {"Transfer-Encoding: identity\r\n", 501},
      {"Transfer-Encoding: gzip\r\n", 501},
      {"Transfer-Encoding: gzip, chunked\r\n", 501},
      {"Transfer-Encoding: chunked, identity\r\n", 501},
      {"Transfer-Encoding: chunked,\r\n", 501},
      {"Transfer-Encoding: chunked;q=1\r\n", 501},
      {"Transfer-Encoding: \"chunked\"\r\n", 501},
      {"Transfer-Encoding: chunked chunked\r\n", 501},
      {"Transfer-Encoding:\r\n", 501},
      {"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", 400},
      {"Transfer-Encoding: xchunked\r\nContent-Length: 3\r\n", 400},
      {"Content-Length: 3\r\nTransfer-Encoding: xchunked\r\n", 400},
  };
  for (const auto& each : rows) {
    INFO(each.lines);
    CHECK(status_of(std::string{host} + each.lines) == each.status);
  }
  CHECK(status_of("Transfer-Encoding: chunked\r\n", "POST / HTTP/1.0") == 400);
  CHECK(status_of("Transfer-Encoding: identity\r\n", "POST / HTTP/1.0") == 400);
}

TEST_CASE("RFC 9112 6.3: Content-Length is one number and given once") {
  CHECK(status_of("Host: h\r\nContent-Length: 3\r\n") == 200);
  CHECK(status_of("Host: h\r\nContent-Length: 3\r\nContent-Length: 3\r\n") == 400);
  CHECK(status_of("Host: h\r\nContent-Length: 3, 3\r\n") == 400);
}

TEST_CASE("RFC 9112 3.2: an HTTP/1.1 request has exactly one valid Host") {
  CHECK(status_of("") == 400);
  CHECK(status_of("", "GET / HTTP/1.0") == 200);
  CHECK(status_of("Host: a\r\nHost: a\r\n") == 400);
  CHECK(status_of("Host: a\r\nHost: b\r\n", "GET / HTTP/1.0") == 400);
  for (const auto* good : {"", "h", "h:80", "h:", "a-b_c.example.com.:4000", "127.0.0.1:4000",
                           "[::1]", "[::1]:4000", "xn--nxasmq6b%20"}) {
    INFO(good);
    CHECK(status_of(std::string{"Host: "} + good + "\r\n") == 200);
  }
  for (const auto* bad : {"a, b", "a,b", "a b", "a/b", "user@a", "a:b", "a:80:80", "[::1", "[::1]x",
                          "[::1]:x", "a#b", "a?b", "a\\b"}) {
    INFO(bad);
    CHECK(status_of(std::string{"Host: "} + bad + "\r\n") == 400);
  }
}

TEST_CASE("a header with a single value must not be repeated") {
  for (const std::string name : {"Origin", "Sec-WebSocket-Key", "Sec-WebSocket-Version"}) {
    const auto line = name + ": http://h\r\n";
    CHECK(status_of(host + line) == 200);
    CHECK(status_of(host + line + line) == 400);
  }
  for (const std::string name :
       {"Sec-WebSocket-Protocol", "Cookie", "X-Forwarded-For", "Upgrade"}) {
    const auto line = name + ": a\r\n";
    CHECK(status_of(host + line + line) == 200);
  }
}

TEST_CASE("a target is a path or an absolute URL or a star for OPTIONS") {
  const auto status = [](const std::string& start) { return status_of(host, start); };
  for (const auto* good :
       {"GET / HTTP/1.1", "GET /a?b=http://c HTTP/1.1", "GET http://h HTTP/1.1",
        "GET HTTPS://h:1/a HTTP/1.1", "GET ws://[::1]:4000/a HTTP/1.1", "OPTIONS * HTTP/1.1"}) {
    INFO(good);
    CHECK(status(good) == 200);
  }
  for (const auto* bad :
       {"GET * HTTP/1.1", "GET a HTTP/1.1", "CONNECT h:80 HTTP/1.1", "GET ftp://h/ HTTP/1.1",
        "GET http:///a HTTP/1.1", "GET http://user@h/ HTTP/1.1", "GET http:/health HTTP/1.1"}) {
    INFO(bad);
    CHECK(status(bad) == 400);
  }
}

TEST_CASE("RFC 9112 3.2.2: the authority of an absolute target replaces Host") {
  auto head = head_of("GET http://good.example:81/a?b HTTP/1.1", "Host: evil.example\r\n");
  apply_absolute_target(head);
  CHECK(head.count("Host") == 1);
  CHECK(head["Host"] == "good.example:81");
  auto plain = head_of("GET /a?b=http://c/ HTTP/1.1", "Host: h\r\n");
  apply_absolute_target(plain);
  CHECK(plain["Host"] == "h");
}

TEST_CASE("a folded header line is detected") {
  CHECK(has_folded_line("GET / HTTP/1.1\r\nA: b\r\n c\r\n"));
  CHECK(has_folded_line("A:\r\n\tb\r\n"));
  CHECK_FALSE(has_folded_line("GET / HTTP/1.1\r\nA: b c\r\n\r\n"));
  CHECK_FALSE(has_folded_line(""));
}

}  // namespace roost::net::http
