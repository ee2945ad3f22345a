// SPDX-License-Identifier: Apache-2.0
// The client's address behind proxies, and the rate of connects, on real sockets.
#include "net/http/client_admission.hpp"

#include "tests/fixtures/catch.hpp"
#include "tests/net/http/http_node.hpp"
#include "tests/net/http/raw_client.hpp"

namespace roost::net::http {
namespace {

using counter = metrics::counter;

/// No proxy is trusted, and one address may connect `burst` times.
settings strict(std::uint32_t burst) {
  auto out = test_settings();
  out.listen.trusted_proxies.clear();
  out.rates.address.connects = {1, burst};
  return out;
}

settings proxied() {
  auto out = test_settings();
  out.listen.proxy_protocol = true;
  return out;
}

std::string from(std::string_view forwarded) {
  return upgrade_request("/socket/websocket",
                         "X-Forwarded-For: " + std::string{forwarded} + "\r\n");
}

const std::string get = "GET /health HTTP/1.1\r\nHost: h\r\n\r\n";
const std::string v1 = "PROXY TCP4 198.51.100.1 10.0.0.1 56324 4000\r\n";

bool is_upgraded(client& peer, const std::string& request) {
  peer.send(request);
  return begins(peer.answer(false), "HTTP/1.1 101");
}

}  // namespace

TEST_CASE("an address that connects too fast gets 429 with Retry-After") {
  node served{strict(2)};
  client first{served.port(), 1};
  client second{served.port(), 1};
  CHECK(is_upgraded(first, upgrade_request()));
  CHECK(is_upgraded(second, upgrade_request()));
  client third{served.port(), 1};
  third.send(upgrade_request());
  const auto got = third.rest();
  CHECK(begins(got, "HTTP/1.1 429 Too Many Requests\r\n"));
  CHECK(holds(got, "Retry-After: 1\r\n"));
  CHECK(holds(got, R"({"reason":"too many connects","code":312)"));
  client elsewhere{served.port(), 2};
  CHECK(is_upgraded(elsewhere, upgrade_request()));
  CHECK(served.probe.value(counter::rate_refusals) == 1);
  CHECK(served.refused() == 1);
  CHECK(served.probe.value(metrics::gauge::rate_buckets) == 2);
}

TEST_CASE("a connect over the rate limit is refused before the client sends anything") {
  node served{strict(1)};
  client first{served.port(), 1};
  CHECK(begins(first.ask(get), "HTTP/1.1 200"));
  client silent{served.port(), 1};
  CHECK(begins(silent.rest(), "HTTP/1.1 429"));
  CHECK(eventually([&] { return served.probe.value(metrics::gauge::upgrades_pending) == 0; }));
}

TEST_CASE("the admin port does not rate-limit connects") {
  node served{strict(1)};
  for (int i = 0; i < 5; ++i) {
    client peer{served.http->admin_port(), 1};
    CHECK(begins(peer.ask(get), "HTTP/1.1 200"));
  }
}

TEST_CASE("each client behind a trusted proxy has its own rate and refused upgrades count") {
  auto config = strict(1);
  config.listen.trusted_proxies = {"127.0.0.0/8"};
  node served{config};
  const auto refused = [&](const std::string& who) {
    return client{served.port()}.ask(upgrade_request("/socket/websocket",
                                                     "Origin: http://evil.example\r\n"
                                                     "X-Forwarded-For: " +
                                                         who + "\r\n"));
  };
  CHECK(begins(refused("198.51.100.8"), "HTTP/1.1 403"));
  CHECK(begins(refused("198.51.100.8"), "HTTP/1.1 429"));
  CHECK(begins(refused("198.51.100.9"), "HTTP/1.1 403"));
  const auto upgrade = [&](const std::string& who) {
    client one{served.port()};
    one.send(from(who));
    return one.answer(false);
  };
  CHECK(begins(upgrade("198.51.100.1"), "HTTP/1.1 101"));
  CHECK(begins(upgrade("198.51.100.2"), "HTTP/1.1 101"));
  CHECK(begins(upgrade("6.6.6.6, 198.51.100.2"), "HTTP/1.1 429"));
  CHECK(begins(upgrade("2001:db8::1"), "HTTP/1.1 101"));
  CHECK(begins(upgrade("2001:db8::2"), "HTTP/1.1 429"));
  REQUIRE(eventually([&] { return served.opener.infos().size() == 3; }));
  CHECK(served.opener.infos()[0].peer_address == "198.51.100.1");
  CHECK(served.opener.infos()[2].peer_address == "2001:db8::1");
}

TEST_CASE("X-Forwarded-For from an untrusted peer is ignored") {
  auto config = test_settings();
  config.listen.trusted_proxies = {"127.0.0.2"};
  node served{config};
  client stranger{served.port(), 1};
  CHECK(is_upgraded(stranger, from("198.51.100.1")));
  client proxy{served.port(), 2};
  CHECK(is_upgraded(proxy, from("198.51.100.1")));
  REQUIRE(eventually([&] { return served.opener.infos().size() == 2; }));
  CHECK(served.opener.infos()[0].peer_address == "127.0.0.1");
  CHECK(served.opener.infos()[1].peer_address == "198.51.100.1");
}

TEST_CASE("the client address comes from a PROXY header that arrives whole or byte by byte") {
  node served{proxied()};
  client whole{served.port()};
  CHECK(is_upgraded(whole, v1 + upgrade_request()));
  client dripping{served.port()};
  for (const char c : v1) dripping.send({&c, 1});
  CHECK(begins(dripping.ask(get), "HTTP/1.1 200"));
  CHECK(is_upgraded(dripping, upgrade_request()));
  const std::string v2{"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0C\xCB\0\x71\x09\x7F\0\0\x01\0\x01\0\x02",
                       28};
  client binary{served.port()};
  CHECK(is_upgraded(binary, v2 + upgrade_request()));
  const std::string local{"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", 16};
  client check{served.port()};
  CHECK(is_upgraded(check, local + upgrade_request()));
  REQUIRE(eventually([&] { return served.opener.infos().size() == 4; }));
  CHECK(served.opener.infos()[0].peer_address == "198.51.100.1");
  CHECK(served.opener.infos()[1].peer_address == "198.51.100.1");
  CHECK(served.opener.infos()[2].peer_address == "203.0.113.9");
  CHECK(served.opener.infos()[3].peer_address == "127.0.0.1");
  CHECK(served.refused() == 0);
}

TEST_CASE("a missing or invalid PROXY header gets 400") {
  node served{proxied()};
  for (const auto& text : {get, std::string{"PROXY TCP4 x y z\r\n"} + get,
                           std::string{"PROXY "} + std::string(200, 'x')}) {
    client peer{served.port()};
    peer.send(text);
    const auto got = peer.rest();
    CHECK(begins(got, "HTTP/1.1 400"));
    CHECK(holds(got, R"("reason":"PROXY header refused","code":313)"));
  }
  CHECK(served.refused() == 3);
  CHECK(holds(served.probe.text(), "reason=\"proxy_header_refused\"} 3"));
}

TEST_CASE("a connection from an untrusted proxy is refused before its PROXY header is read") {
  auto config = proxied();
  config.listen.trusted_proxies = {"127.0.0.2"};
  node served{config};
  client stranger{served.port(), 1};
  CHECK(begins(stranger.rest(), "HTTP/1.1 400"));
  client proxy{served.port(), 2};
  CHECK(is_upgraded(proxy, v1 + upgrade_request()));
  CHECK(served.refused() == 1);
}

TEST_CASE("connects behind a PROXY header count for the address of the client") {
  auto config = proxied();
  config.rates.address.connects = {1, 1};
  node served{config};
  client one{served.port()};
  CHECK(is_upgraded(one, v1 + upgrade_request()));
  client two{served.port()};
  two.send(v1 + upgrade_request());
  CHECK(begins(two.rest(), "HTTP/1.1 429"));
  client other{served.port()};
  CHECK(is_upgraded(other, "PROXY TCP4 198.51.100.2 10.0.0.1 1 2\r\n" + upgrade_request()));
}

TEST_CASE("a client that stops within its PROXY header is closed at the handshake deadline") {
  auto config = proxied();
  config.limits.handshake_ms = 100;
  node served{config};
  client peer{served.port()};
  peer.send("PROXY TCP4 198.5");
  CHECK(peer.rest().empty());
  CHECK(eventually([&] { return served.refused() == 1; }));
}

TEST_CASE("clients without a complete first request are counted as pending") {
  node served;
  const auto pending = [&] { return served.probe.value(metrics::gauge::upgrades_pending); };
  client silent{served.port()};
  auto half = std::make_unique<client>(served.port());
  half->send("GET /health HTTP/1.1\r\n");
  CHECK(eventually([&] { return pending() == 2; }));
  CHECK(begins(silent.ask(get), "HTTP/1.1 200"));
  CHECK(eventually([&] { return pending() == 1; }));
  half.reset();
  CHECK(eventually([&] { return pending() == 0; }));
}

TEST_CASE("a full node answers 503 with Retry-After and keeps its connected clients") {
  auto config = test_settings();
  config.node.connections_max = 2;
  node served{config};
  client one{served.port()};
  client two{served.port()};
  CHECK(is_upgraded(one, upgrade_request()));
  CHECK(is_upgraded(two, upgrade_request()));
  REQUIRE(eventually([&] { return served.opener.infos().size() == 2; }));
  client three{served.port()};
  const auto got = three.ask(upgrade_request());
  CHECK(begins(got, "HTTP/1.1 503"));
  CHECK(holds(got, "Retry-After: 1\r\n"));
  one.send(std::string("\x81\x82\0\0\0\0hi", 8));
  CHECK(eventually([&] { return served.opener.messages().size() == 1; }));
}

}  // namespace roost::net::http
