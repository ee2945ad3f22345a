// SPDX-License-Identifier: Apache-2.0
#include "net/http/upgrade/handshake.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "net/http/message/request_target.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/net/http/message/known_hosts.hpp"
#include "tests/net/http/raw_client.hpp"

namespace roost::net::http {
namespace {

using upgrade_result = std::variant<upgrade_accepted, upgrade_refused>;

/// Decides on a request; `has_key`: whether a key for access tokens is configured.
upgrade_result decide(const std::string& text, const settings& config = {}, bool has_key = true) {
  boost::beast::http::request_parser<boost::beast::http::empty_body> parser;
  boost::system::error_code failed;
  parser.put(boost::asio::buffer(text), failed);
  REQUIRE(parser.is_header_done());
  const auto& head = parser.get();
  const auto target = split_target({head.target().data(), head.target().size()});
  const auto mounts = mounts_of(config);
  const auto* at = find_mount(mounts, target.path);
  REQUIRE(at);
  known_hosts hosts{config.listen.host_names};
  return decide_upgrade(head, target.query, *at, {hosts.own(), has_key, config.auth.cookie});
}

upgrade_refused refusal(const std::string& text, const settings& config = {}) {
  const auto out = decide(text, config);
  REQUIRE(std::holds_alternative<upgrade_refused>(out));
  return std::get<upgrade_refused>(out);
}

upgrade_accepted accepted(const std::string& text, const settings& config = {},
                          bool has_key = true) {
  const auto out = decide(text, config, has_key);
  REQUIRE(std::holds_alternative<upgrade_accepted>(out));
  return std::get<upgrade_accepted>(out);
}

std::string with(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a valid upgrade request is accepted with the parameters of its query") {
  const auto got = accepted(upgrade_request(
      "/socket/websocket?vsn=2.0.0&positions=true&token=a%2Bb&user=J%C3%BCrgen&x="));
  CHECK(got.info.mount == 0);
  CHECK(got.info.format.codec == codec_id::v2);
  CHECK(got.info.format.positions);
  CHECK(got.info.token == "a+b");
  const parameter_list rest{{"user", "J\xc3\xbcrgen"}, {"x", ""}};
  CHECK(got.info.parameters == rest);
  CHECK(got.key == "dGhlIHNhbXBsZSBub25jZQ==");
}

TEST_CASE("a client without a version gets V1") {
  const auto got = accepted(upgrade_request("/socket/websocket"));
  CHECK(got.info.format.codec == codec_id::v1);
  CHECK_FALSE(got.info.format.positions);
}

TEST_CASE("an unsupported version is refused with an empty 403") {
  const auto got = refusal(upgrade_request("/socket/websocket?vsn=3.0.0"));
  CHECK(got.why == errc::version_refused);
  CHECK(got.reply.status == 403);
  CHECK(got.reply.body.empty());
}

TEST_CASE("a method other than GET on the websocket path gets 400 as in Phoenix") {
  for (const auto* method : {"POST", "HEAD", "PUT", "OPTIONS"}) {
    const auto got = refusal(with(upgrade_request(), "GET", method));
    CHECK(got.why == errc::method_refused);
    CHECK(got.reply.status == 400);
    CHECK(got.reply.headers == "Allow: GET\r\n");
  }
}

TEST_CASE("each invalid upgrade header gets 400 and a message that names it") {
  const std::pair<std::pair<const char*, const char*>, const char*> faults[] = {
      {{"Host: localhost:4000\r\n", ""}, "'host' header is absent"},
      {{"keep-alive, Upgrade", "keep-alive"}, "'connection' header must contain 'upgrade'"},
      {{"Connection: keep-alive, Upgrade\r\n", ""}, "'connection' header must contain 'upgrade'"},
      {{"Upgrade: WebSocket\r\n", ""}, "'upgrade' header must contain 'websocket'"},
      {{"WebSocket\r\n", "h2c\r\n"}, "'upgrade' header must contain 'websocket'"},
      {{"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", ""},
       "'sec-websocket-key' header is absent"},
      {{"dGhlIHNhbXBsZSBub25jZQ==", "dGhl"}, "'sec-websocket-key' header must be 16 bytes"},
      {{"dGhlIHNhbXBsZSBub25jZQ==", "!GhlIHNhbXBsZSBub25jZQ=="},
       "'sec-websocket-key' header must be 16 bytes"},
      {{"Version: 13", "Version: 8"}, "'sec-websocket-version' header must equal '13'"},
      {{"Sec-WebSocket-Version: 13\r\n", ""}, "'sec-websocket-version' header must equal '13'"},
      {{"HTTP/1.1", "HTTP/1.0"}, "HTTP version unsupported"},
  };
  for (const auto& [change, message] : faults) {
    const auto got = refusal(with(upgrade_request(), change.first, change.second));
    INFO(message);
    CHECK(got.why == errc::bad_request);
    CHECK(got.reply.status == 400);
    CHECK(begins(got.reply.body, message));
  }
}

TEST_CASE("a query that cannot be decoded gets 400") {
  CHECK(refusal(upgrade_request("/socket/websocket?a=%zz")).why == errc::bad_request);
  CHECK(refusal(upgrade_request("/socket/websocket?a=%ff")).why == errc::bad_request);
}

TEST_CASE("the checks of an upgrade run in the order of Phoenix") {
  settings config;
  config.sockets[0].subprotocols = {"a"};
  const auto broken = with(upgrade_request("/socket/websocket?vsn=9.0.0",
                                           "Origin: http://evil.example\r\n"
                                           "Sec-WebSocket-Protocol: base64url.bearer.phx.!, x\r\n"),
                           "keep-alive, Upgrade", "close");
  CHECK(refusal(broken, config).why == errc::origin_refused);
  const auto good_origin = with(broken, "evil.example", "localhost:4000");
  CHECK(refusal(good_origin, config).why == errc::bad_token);
  const auto good_token = with(good_origin, "phx.!", "phx.YQ");
  CHECK(refusal(good_token, config).why == errc::subprotocol_refused);
  const auto good_name = with(good_token, ", x", ", a");
  CHECK(refusal(good_name, config).why == errc::version_refused);
  const auto good_version = with(good_name, "9.0.0", "2.0.0");
  CHECK(refusal(good_version, config).why == errc::bad_request);
  const auto good = accepted(with(good_version, "close", "upgrade"), config);
  CHECK(good.info.token == "a");
  CHECK(good.subprotocol == "a");
}

TEST_CASE("a token in the subprotocol takes precedence over one in the query") {
  const auto got = accepted(upgrade_request(
      "/socket/websocket?token=query",
      "Sec-WebSocket-Protocol: phoenix\r\nSec-WebSocket-Protocol: base64url.bearer.phx.YWJj\r\n"));
  CHECK(got.info.token == "abc");
  CHECK(got.subprotocol == "phoenix");
}

TEST_CASE("a token is taken from subprotocol or query or Authorization or cookie in this order") {
  settings config;
  config.auth.cookie = "auth";
  const std::string cookie = "Cookie: a=1; auth=cookie\r\nCookie: auth=second\r\n";
  const std::string bearer = "Authorization: Bearer header\r\n";
  const std::string protocol = "Sec-WebSocket-Protocol: base64url.bearer.phx.YWJj, phoenix\r\n";
  const auto token = [&](const std::string& target, const std::string& headers) {
    return accepted(upgrade_request(target, headers), config).info.token;
  };
  CHECK(token("/socket/websocket?token=query", cookie + bearer + protocol) == "abc");
  CHECK(token("/socket/websocket?token=query", cookie + bearer) == "query");
  CHECK(token("/socket/websocket?token=", cookie + bearer) == "header");
  CHECK(token("/socket/websocket", cookie) == "cookie");
  CHECK(token("/socket/websocket", "Authorization: Basic eDp5\r\n" + cookie) == "cookie");
  CHECK(token("/socket/websocket", "").empty());
  config.auth.cookie.clear();
  CHECK(token("/socket/websocket", cookie).empty());
}

TEST_CASE("a malformed token is ignored unless the mount verifies tokens") {
  settings none;
  none.sockets[0].auth = token_use::none;
  none.auth.cookie = "auth";
  settings optional = none;
  optional.sockets[0].auth = token_use::optional;
  const std::string protocol = "Sec-WebSocket-Protocol: phoenix, base64url.bearer.phx.";
  for (const auto& [config, has_key] : {std::pair{none, true}, {none, false}, {optional, false}}) {
    for (const std::string broken : {"!!!", "", "YQ, base64url.bearer.phx.Yg"}) {
      const auto got = accepted(upgrade_request("/socket/websocket", protocol + broken + "\r\n"),
                                config, has_key);
      CHECK(got.subprotocol == "phoenix");
      CHECK(got.info.token.empty());
    }
    for (const std::string broken : {"%zz", "%ff", "%00", ""}) {
      const auto got =
          accepted(upgrade_request("/socket/websocket?token=" + broken + "&a=b"), config, has_key);
      CHECK(got.info.token.empty());
      CHECK(got.info.parameters == parameter_list{{"a", "b"}});
    }
    const auto got = accepted(
        upgrade_request("/socket/websocket",
                        "Authorization: Bearer \xff\r\nCookie: auth=\xff\r\nCookie: auth=\"\r\n"),
        config, has_key);
    CHECK(got.info.token.empty());
  }
  const auto listed = [&] {
    auto out = none;
    out.sockets[0].subprotocols = {"a"};
    return out;
  }();
  const std::string lone =
      "Sec-WebSocket-Protocol: base64url.bearer.phx.!, base64url.bearer.phx.?\r\n";
  CHECK(accepted(upgrade_request("/socket/websocket", lone), listed).subprotocol.empty());
  CHECK(refusal(upgrade_request("/socket/websocket", protocol + "!!!\r\n"), optional).why ==
        errc::bad_token);
}

TEST_CASE("an accepted upgrade carries the token rule of its mount") {
  settings config;
  for (const auto use : {token_use::none, token_use::optional, token_use::required}) {
    config.sockets[0].auth = use;
    CHECK(accepted(upgrade_request(), config).info.tokens == use);
  }
}

TEST_CASE("each mount has its own path and its own rules") {
  settings config;
  config.sockets = {{"/a/", {origin_rule::mode::any, {}}, {}},
                    {"/b", {origin_rule::mode::list, {"//good.example"}}, {"chat"}}};
  const std::string evil = "Origin: https://evil.example\r\n";
  CHECK(accepted(upgrade_request("/a/websocket", evil), config).info.mount == 0);
  CHECK(refusal(upgrade_request("/b/websocket", evil), config).why == errc::origin_refused);
  const auto got = accepted(upgrade_request("/b/websocket/",
                                            "Origin: https://good.example\r\n"
                                            "Sec-WebSocket-Protocol: chat\r\n"),
                            config);
  CHECK(got.info.mount == 1);
  CHECK(got.subprotocol == "chat");
  const auto mounts = mounts_of(config);
  CHECK_FALSE(find_mount(mounts, "/a"));
  CHECK_FALSE(find_mount(mounts, "/c/websocket"));
  CHECK_FALSE(find_mount(mounts, "/a/websocket//"));
}

TEST_CASE("the 101 response carries the accept key of the RFC and the subprotocol") {
  CHECK(switching_protocols({{}, "phoenix", "dGhlIHNhbXBsZSBub25jZQ=="}) ==
        "HTTP/1.1 101 Switching Protocols\r\nServer: roost\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        "Sec-WebSocket-Protocol: phoenix\r\n\r\n");
  CHECK_FALSE(holds(switching_protocols({{}, "", "k"}), "Sec-WebSocket-Protocol"));
}

}  // namespace roost::net::http
