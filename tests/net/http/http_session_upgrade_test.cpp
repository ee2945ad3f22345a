// SPDX-License-Identifier: Apache-2.0
// WebSocket upgrade requests on real sockets.
#include "net/auth/mint.hpp"
#include "net/http/http_session.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/net/http/http_node.hpp"
#include "tests/net/http/raw_client.hpp"

namespace roost::net::http {
namespace {

/// A short text frame from a client, masked with zeros.
std::string text_frame(std::string_view text) {
  std::string out{"\x81", 1};
  out.push_back(static_cast<char>(0x80 | text.size()));
  out.append(4, '\0');
  return out.append(text);
}

}  // namespace

TEST_CASE("an upgrade gets 101 and opens a session with the address and parameters of the client") {
  node served;
  client peer{served.port()};
  peer.send(upgrade_request("/socket/websocket/?vsn=2.0.0&positions=true&user=u1"));
  const auto got = peer.answer(false);
  CHECK(begins(got, "HTTP/1.1 101 Switching Protocols\r\n"));
  CHECK(holds(got, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
  REQUIRE(eventually([&] { return served.opener.infos().size() == 1; }));
  const auto info = served.opener.infos()[0];
  CHECK(info.peer_address == "127.0.0.1");
  CHECK(info.format.codec == codec_id::v2);
  CHECK(info.format.positions);
  REQUIRE(info.parameters.size() == 1);
  CHECK(info.parameters[0].second == "u1");
  peer.send(text_frame("later"));
  CHECK(eventually([&] { return served.opener.messages().size() == 1; }));
}

TEST_CASE("frames behind the upgrade request are not lost") {
  node served;
  client peer{served.port()};
  const auto third = text_frame("three");
  peer.send(upgrade_request() + text_frame("one") + text_frame("two") + third.substr(0, 4));
  CHECK(begins(peer.answer(false), "HTTP/1.1 101"));
  peer.send(third.substr(4));
  REQUIRE(eventually([&] { return served.opener.messages().size() == 3; }));
  CHECK(served.opener.messages() == std::vector<std::string>{"one", "two", "three"});
}

TEST_CASE("an upgrade may arrive byte by byte and after other requests") {
  node served;
  client peer{served.port()};
  CHECK(begins(peer.ask(get_request("/health")), "HTTP/1.1 200"));
  for (const char c : upgrade_request()) peer.send({&c, 1});
  CHECK(begins(peer.answer(false), "HTTP/1.1 101"));
}

TEST_CASE("a refused upgrade is counted and closes its connection") {
  auto config = test_settings();
  config.sockets[0].subprotocols = {"chat"};
  config.auth.hs256_secret = std::string(32, 's');
  node served{config};
  const auto expect = [&](const std::string& request, std::string_view status) {
    client peer{served.port()};
    peer.send(request);
    const auto got = peer.rest();
    INFO(got);
    CHECK(begins(got, status));
    CHECK(holds(got, "Connection: close\r\n"));
    return got;
  };
  const std::string path = "/socket/websocket";
  CHECK(holds(expect(upgrade_request(path, "Origin: http://evil.example\r\n"), "HTTP/1.1 403"),
              "Content-Length: 0\r\n"));
  expect(upgrade_request(path + "?vsn=7.0.0"), "HTTP/1.1 403");
  expect(upgrade_request(path, "Sec-WebSocket-Protocol: other\r\n"), "HTTP/1.1 403");
  expect(upgrade_request(path, "Sec-WebSocket-Protocol: base64url.bearer.phx.!\r\n"),
         "HTTP/1.1 403");
  expect(get_request(path), "HTTP/1.1 400");
  expect("POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi", "HTTP/1.1 400");
  CHECK(served.refused() == 6);
  client peer{served.port()};
  peer.send(upgrade_request(path, "Sec-WebSocket-Protocol: chat\r\n"));
  CHECK(holds(peer.answer(false), "Sec-WebSocket-Protocol: chat\r\n"));
}

TEST_CASE("the first refused upgrade ends the processing of pipelined upgrades") {
  auto config = test_settings();
  config.auth.hs256_secret = std::string(32, 's');
  node served{config};
  client guesser{served.port()};
  std::string guesses;
  for (int i = 0; i < 100; ++i) guesses += upgrade_request("/socket/websocket?token=a.b.c");
  guesser.send(guesses);
  const auto got = guesser.rest();
  CHECK(begins(got, "HTTP/1.1 403"));
  CHECK(got.find("HTTP/1.1", 1) == std::string::npos);
  CHECK(served.probe.value(metrics::counter::auth_results) == 1);
  CHECK(served.refused() == 1);
}

TEST_CASE(
    "a bad token gets 403 with its reason and is counted and is not repeated in the response") {
  auto config = test_settings();
  config.auth.hs256_secret = std::string(32, 's');
  node served{config};
  const auto expired = *auth::mint(R"({"sub":"ada","exp":1})", config.auth.hs256_secret);
  const auto bad =
      client{served.port()}.ask(upgrade_request("/socket/websocket?token=rubbish.of.mine"));
  CHECK(begins(bad, "HTTP/1.1 403"));
  CHECK(holds(bad, R"("reason":"bad token","code":304)"));
  CHECK_FALSE(holds(bad, "rubbish"));
  const auto old = client{served.port()}.ask(
      upgrade_request("/socket/websocket", "Authorization: Bearer " + expired + "\r\n"));
  CHECK(begins(old, "HTTP/1.1 403"));
  CHECK(holds(old, R"("reason":"token expired","code":102)"));
  CHECK(served.refused() == 2);
  CHECK(holds(served.probe.text(), "roost_handshakes_refused_total{reason=\"token_expired\"} 1"));
  const auto good = *auth::mint(R"({"sub":"ada"})", config.auth.hs256_secret);
  client peer{served.port()};
  peer.send(upgrade_request("/socket/websocket?token=" + good));
  CHECK(begins(peer.answer(false), "HTTP/1.1 101"));
  REQUIRE(eventually([&] { return served.opener.infos().size() == 1; }));
  CHECK(served.opener.infos()[0].identity->user == "ada");
  CHECK(served.opener.infos()[0].token.empty());
}

TEST_CASE("a client that the opener rejects is refused before the upgrade") {
  node served;
  served.opener.refuses_with = errc::too_many_connections;
  client peer{served.port()};
  const auto got = peer.ask(upgrade_request());
  CHECK(begins(got, "HTTP/1.1 429"));
  CHECK(holds(got, R"("reason":"too many connections","code":216)"));
  CHECK(served.refused() == 1);
  CHECK(served.opener.infos().empty());
}

TEST_CASE("an upgraded client outlives the handshake deadline") {
  node served{hasty()};
  client peer{served.port()};
  peer.send(upgrade_request());
  CHECK(begins(peer.answer(false), "HTTP/1.1 101"));
  std::this_thread::sleep_for(std::chrono::milliseconds{400});
  peer.send(text_frame("still here"));
  CHECK(eventually([&] { return served.opener.messages().size() == 1; }));
}

}  // namespace roost::net::http
