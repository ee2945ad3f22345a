#include "net/http/http_session.hpp"

#include "net/auth/mint.hpp"
#include "tests/net/http/client.hpp"
#include "tests/net/http/node.hpp"
#include "tests/support/catch.hpp"

namespace roost::net::http {
namespace {

settings hasty() {
  auto out = test_settings();
  out.limits.handshake_ms = 150;
  return out;
}

/// A short text frame of a client, masked with zeros.
std::string text_frame(std::string_view text) {
  std::string out{"\x81", 1};
  out.push_back(static_cast<char>(0x80 | text.size()));
  out.append(4, '\0');
  return out.append(text);
}

std::string get(std::string_view path, std::string_view more = "") {
  std::string out = "GET ";
  return out.append(path).append(" HTTP/1.1\r\nHost: h\r\n").append(more).append("\r\n");
}

}  // namespace

TEST_CASE("an upgrade is answered 101 and opens a session that knows its client") {
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

TEST_CASE("frames that come behind the upgrade request are not lost") {
  node served;
  client peer{served.port()};
  const auto third = text_frame("three");
  peer.send(upgrade_request() + text_frame("one") + text_frame("two") + third.substr(0, 4));
  CHECK(begins(peer.answer(false), "HTTP/1.1 101"));
  peer.send(third.substr(4));
  REQUIRE(eventually([&] { return served.opener.messages().size() == 3; }));
  CHECK(served.opener.messages() == std::vector<std::string>{"one", "two", "three"});
}

TEST_CASE("an upgrade may come in single bytes and after other requests") {
  node served;
  client peer{served.port()};
  CHECK(begins(peer.ask(get("/health")), "HTTP/1.1 200"));
  for (const char c : upgrade_request()) peer.send({&c, 1});
  CHECK(begins(peer.answer(false), "HTTP/1.1 101"));
}

TEST_CASE("a refused upgrade is counted, and the connection stays for the next request") {
  auto config = test_settings();
  config.sockets[0].subprotocols = {"chat"};
  node served{config};
  client peer{served.port()};
  const auto expect = [&](const std::string& request, std::string_view status) {
    const auto got = peer.ask(request);
    INFO(got);
    CHECK(begins(got, status));
    return got;
  };
  const std::string path = "/socket/websocket";
  CHECK(holds(expect(upgrade_request(path, "Origin: http://evil.example\r\n"), "HTTP/1.1 403"),
              "Content-Length: 0\r\n"));
  expect(upgrade_request(path + "?vsn=7.0.0"), "HTTP/1.1 403");
  expect(upgrade_request(path, "Sec-WebSocket-Protocol: other\r\n"), "HTTP/1.1 403");
  expect(upgrade_request(path, "Sec-WebSocket-Protocol: base64url.bearer.phx.!\r\n"),
         "HTTP/1.1 403");
  expect(get(path), "HTTP/1.1 400");
  expect("POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi", "HTTP/1.1 400");
  CHECK(served.refused() == 6);
  peer.send(upgrade_request(path, "Sec-WebSocket-Protocol: chat\r\n"));
  CHECK(holds(peer.answer(false), "Sec-WebSocket-Protocol: chat\r\n"));
}

TEST_CASE("a bad token is answered 403 with its reason, counted, and says nothing of the token") {
  auto config = test_settings();
  config.auth.hs256_secret = std::string(32, 's');
  node served{config};
  client peer{served.port()};
  const auto expired = *auth::mint(R"({"sub":"ada","exp":1})", config.auth.hs256_secret);
  const auto bad = peer.ask(upgrade_request("/socket/websocket?token=rubbish.of.mine"));
  CHECK(begins(bad, "HTTP/1.1 403"));
  CHECK(holds(bad, R"("reason":"bad token","code":304)"));
  CHECK_FALSE(holds(bad, "rubbish"));
  const auto old =
      peer.ask(upgrade_request("/socket/websocket", "Authorization: Bearer " + expired + "\r\n"));
  CHECK(begins(old, "HTTP/1.1 403"));
  CHECK(holds(old, R"("reason":"token expired","code":102)"));
  CHECK(served.refused() == 2);
  CHECK(holds(served.probe.text(), "roost_handshakes_refused_total{reason=\"token_expired\"} 1"));
  const auto good = *auth::mint(R"({"sub":"ada"})", config.auth.hs256_secret);
  peer.send(upgrade_request("/socket/websocket?token=" + good));
  CHECK(begins(peer.answer(false), "HTTP/1.1 101"));
  REQUIRE(eventually([&] { return served.opener.infos().size() == 1; }));
  CHECK(served.opener.infos()[0].identity->user == "ada");
  CHECK(served.opener.infos()[0].token.empty());
}

TEST_CASE("whom the opener does not admit is refused before the upgrade") {
  node served;
  served.opener.refuses_with = errc::too_many_connections;
  client peer{served.port()};
  const auto got = peer.ask(upgrade_request());
  CHECK(begins(got, "HTTP/1.1 429"));
  CHECK(holds(got, R"("reason":"too many connections","code":216)"));
  CHECK(served.refused() == 1);
  CHECK(served.opener.infos().empty());
}

TEST_CASE("one connection serves many requests, also when they come at once") {
  node served;
  client peer{served.port()};
  peer.send(get("/health") + get("/nothing") + get("/ready"));
  CHECK(begins(peer.answer(), "HTTP/1.1 200"));
  const auto missing = peer.answer();
  CHECK(begins(missing, "HTTP/1.1 404"));
  CHECK(holds(missing, R"({"reason":"not found","code":305)"));
  CHECK(holds(peer.answer(), "Connection: keep-alive"));
  CHECK(served.probe.value(metrics::counter::http_requests) == 3);
}

TEST_CASE("HEAD gets the header only") {
  node served;
  client peer{served.port()};
  peer.send("HEAD /health HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const auto got = peer.rest();
  CHECK(begins(got, "HTTP/1.1 200"));
  CHECK(holds(got, "Content-Length: 15\r\n"));
  CHECK(got.ends_with("\r\n\r\n"));
}

TEST_CASE("a connection ends after the answer where the client wants it so") {
  node served;
  for (const auto& request :
       {get("/health", "Connection: close\r\n"), std::string{"GET /health HTTP/1.0\r\n\r\n"}}) {
    client peer{served.port()};
    peer.send(request);
    CHECK(holds(peer.rest(), R"({"status":"ok"})"));
  }
}

TEST_CASE("what is no HTTP is answered 400 and the connection ends") {
  node served;
  client peer{served.port()};
  peer.send("\x16\x03\x01 no http at all\r\n\r\n");
  const auto got = peer.rest();
  CHECK(begins(got, "HTTP/1.1 400"));
  CHECK(holds(got, R"("reason":"bad request")"));
}

TEST_CASE("a header that is too big is answered 431") {
  node served;
  client peer{served.port()};
  peer.send(get("/health", "X-Long: " + std::string(20'000, 'x') + "\r\n"));
  CHECK(begins(peer.rest(), "HTTP/1.1 431"));
  client endless{served.port()};
  endless.send("GET / HTTP/1.1\r\nX: " + std::string(40'000, 'y'));
  CHECK(begins(endless.rest(), "HTTP/1.1 431"));
}

TEST_CASE("a body that is too big is answered 413") {
  node served;
  client peer{served.port()};
  peer.send("POST /health HTTP/1.1\r\nHost: h\r\nContent-Length: 65537\r\n\r\n");
  CHECK(begins(peer.rest(), "HTTP/1.1 413"));
}

TEST_CASE("a client that sends its header slowly is cut off by the deadline") {
  node served{hasty()};
  client peer{served.port()};
  peer.send("GET /health HTTP/1.1\r\n");
  std::atomic<bool> is_cut{false};
  // Each byte in time; the whole is late all the same.
  std::thread dripping{[&] {
    for (int i = 0; i < 400 && !is_cut; ++i) {
      peer.send("x");
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
  }};
  CHECK(peer.rest().empty());
  is_cut = true;
  dripping.join();
  CHECK(eventually([&] { return served.refused() == 1; }));
}

TEST_CASE("a client that sends nothing, or no further request, is cut off by the deadline") {
  node served{hasty()};
  client silent{served.port()};
  client idle{served.port()};
  CHECK(begins(idle.ask(get("/health")), "HTTP/1.1 200"));
  CHECK(silent.rest().empty());
  CHECK(idle.rest().empty());
  CHECK(served.refused() == 0);
}

TEST_CASE("an upgraded client outlives the deadline of its handshake") {
  node served{hasty()};
  client peer{served.port()};
  peer.send(upgrade_request());
  CHECK(begins(peer.answer(false), "HTTP/1.1 101"));
  std::this_thread::sleep_for(std::chrono::milliseconds{400});
  peer.send(text_frame("still here"));
  CHECK(eventually([&] { return served.opener.messages().size() == 1; }));
}

TEST_CASE("a large answer reaches a client that reads late") {
  auto config = test_settings();
  config.listen.demo = true;
  node served{config};
  client peer{served.port()};
  constexpr int times = 200;
  for (int i = 0; i < times; ++i) peer.send(get("/phoenix.mjs"));
  const auto first = peer.answer();
  CHECK(first.size() > 20'000);
  for (int i = 1; i < times; ++i) REQUIRE(peer.answer() == first);
}

}  // namespace roost::net::http
