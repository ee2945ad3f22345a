// SPDX-License-Identifier: Apache-2.0
#include "net/http/server.hpp"

#include "tests/fixtures/catch.hpp"
#include "tests/net/http/http_node.hpp"
#include "tests/net/http/raw_client.hpp"

namespace roost::net::http {
namespace {

constexpr std::string_view health = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";

}  // namespace

TEST_CASE("a server on a port in use fails to start and its error names the port") {
  node first{test_settings(), 2};
  REQUIRE(first.listening);
  auto config = test_settings();
  config.listen.port = first.port();
  node second{config, 2};
  REQUIRE_FALSE(second.listening);
  CHECK(second.listening.failure().code == errc::cannot_bind);
  CHECK(holds(second.listening.failure().detail, "127.0.0.1:" + std::to_string(first.port())));
  auto admin_clash = test_settings();
  admin_clash.admin.port = first.http->admin_port();
  node third{admin_clash};
  REQUIRE_FALSE(third.listening);
  CHECK(holds(third.listening.failure().detail, std::to_string(first.http->admin_port())));
}

TEST_CASE("every loop of a node serves the public port") {
  node served{test_settings(), 3};
  const std::set<std::uint16_t> all{0, 1, 2};
  // The kernel chooses the loop by a hash of the client's port.
  for (int i = 0; i < 1'000 && served.opener.loops() != all; ++i) {
    CHECK(begins(client{served.port()}.ask(health), "HTTP/1.1 200 OK\r\nServer: roost\r\n"));
    client upgraded{served.port()};
    upgraded.send(upgrade_request());
    REQUIRE(begins(upgraded.answer(false), "HTTP/1.1 101"));
  }
  CHECK(eventually([&] { return served.opener.loops() == all; }));
}

TEST_CASE("the admin port serves the metrics and no websockets") {
  node served;
  client admin{served.http->admin_port()};
  CHECK(holds(admin.ask("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"), "roost_connections"));
  CHECK(holds(admin.ask("GET /stats HTTP/1.1\r\nHost: localhost\r\n\r\n"), "application/json"));
  CHECK(begins(admin.ask(health), "HTTP/1.1 200"));
  CHECK(begins(admin.ask(upgrade_request()), "HTTP/1.1 404"));
}

TEST_CASE("stopping closes idle clients and refuses new ones while sessions and admin port stay") {
  node served{test_settings(), 2};
  client idle{served.port()};
  CHECK(begins(idle.ask(health), "HTTP/1.1 200"));
  client upgraded{served.port()};
  upgraded.send(upgrade_request());
  CHECK(begins(upgraded.answer(false), "HTTP/1.1 101"));
  served.state = node_state::draining;
  served.http->stop_accepting();
  CHECK(idle.rest().empty());
  CHECK(eventually([&] { return !client{}.connect(served.port()); }));
  CHECK(served.probe.value(metrics::gauge::connections) == 1);
  client admin{served.http->admin_port()};
  CHECK(holds(admin.ask("GET /ready HTTP/1.1\r\nHost: localhost\r\n\r\n"),
              R"({"status":"draining"})"));
}

TEST_CASE("a full node answers 503 with Retry-After and its readiness is full") {
  auto config = test_settings();
  config.node.connections_max = 1;
  node served{config};
  client first{served.port()};
  first.send(upgrade_request());
  CHECK(begins(first.answer(false), "HTTP/1.1 101"));
  client second{served.port()};
  const auto got = second.ask(upgrade_request());
  CHECK(begins(got, "HTTP/1.1 503"));
  CHECK(holds(got, "Retry-After: 1\r\n"));
  CHECK(holds(got, R"("reason":"node full")"));
  CHECK(served.refused() == 1);
  client third{served.port()};
  CHECK(holds(third.ask("GET /ready HTTP/1.1\r\nHost: localhost\r\n\r\n"), R"({"status":"full"})"));
}

TEST_CASE("the ready metric equals the ready page and is 0 after the end of the server") {
  auto config = test_settings();
  config.node.connections_max = 1;
  node served{config};
  const auto is_ready = [&] { return served.probe.value(metrics::gauge::ready) == 1; };
  client admin{served.http->admin_port()};
  const auto check_page = [&](std::string_view status) {
    const auto page = admin.ask(get_request("/ready"));
    CHECK(begins(page, status == "ready" ? "HTTP/1.1 200" : "HTTP/1.1 503"));
    CHECK(holds(page, "{\"status\":\"" + std::string{status} + "\"}"));
    CHECK(is_ready() == (status == "ready"));
  };
  check_page("ready");
  {
    client only{served.port()};
    only.send(upgrade_request());
    CHECK(begins(only.answer(false), "HTTP/1.1 101"));
    CHECK(eventually([&] { return !is_ready(); }));
    check_page("full");
  }
  CHECK(eventually(is_ready));
  check_page("ready");
  served.state = node_state::starting;
  check_page("starting");
  for (const auto state : {node_state::draining, node_state::closing}) {
    served.state = state;
    check_page("draining");
  }
  served.state = node_state::ready;
  metrics probe;
  {
    const server gone{served.config, served.loops, served.opener, probe, served.state};
    CHECK(probe.value(metrics::gauge::ready) == 1);
  }
  CHECK(probe.value(metrics::gauge::ready) == 0);
}

TEST_CASE("a draining node still accepts clients until it is closing") {
  node served;
  served.state = node_state::draining;
  CHECK(begins(client{served.port()}.ask(upgrade_request()), "HTTP/1.1 101"));
  served.state = node_state::closing;
  const auto got = client{served.port()}.ask(upgrade_request());
  CHECK(begins(got, "HTTP/1.1 503"));
  CHECK(holds(got, R"("reason":"draining")"));
}

TEST_CASE("a server can be destroyed with clients in every phase") {
  client silent;
  client halfway;
  client answered;
  client upgraded;
  node served;
  for (auto* c : {&silent, &halfway, &answered, &upgraded}) REQUIRE(c->connect(served.port()));
  halfway.send("GET / HTTP/1.1\r\nHost:");
  CHECK(begins(answered.ask(health), "HTTP/1.1 200"));
  upgraded.send(upgrade_request());
  CHECK(begins(upgraded.answer(false), "HTTP/1.1 101"));
}

}  // namespace roost::net::http
