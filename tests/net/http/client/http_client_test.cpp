// SPDX-License-Identifier: Apache-2.0
#include "net/http/client/http_client.hpp"

#include <boost/asio/steady_timer.hpp>
#include <filesystem>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "net/loop/loop.hpp"
#include "tests/net/http/client/client_fixture.hpp"
#include "tests/net/http/client/slow_resolver.hpp"
#include "tests/net/http/client/web_server.hpp"

namespace roost::net::http {

namespace {

using scheme = web_server::scheme;
constexpr const char* slow_url = "http://issuer.slow.example/jwks";

http_request hasty(std::string url) {
  auto out = patient(std::move(url));
  out.timeout = milliseconds{100};
  return out;
}

void never(const result<http_client_response>&) { FAIL("a listener was called"); }

std::size_t open_files() {
  using entries = std::filesystem::directory_iterator;
  return static_cast<std::size_t>(std::distance(entries{"/proc/self/fd"}, entries{}));
}

}  // namespace

TEST_CASE("a request times out without a complete answer and the next one is sent") {
  const web_server server{scheme::http, ""};
  client_fixture it;
  for (const std::string name : {"silent", "dripping"}) {
    CAPTURE(name);
    const auto requests = [&] {
      return std::stoi(it.ask(patient(server.address("/count?" + name)))->body);
    };
    // On a slow machine a request may time out before it arrives.
    for (int i = 0; i < 200 && requests() < 2; ++i) {
      CHECK(it.reason(hasty(server.address("/" + name))) == "no answer in time");
    }
    CHECK(requests() >= 2);
  }
}

TEST_CASE("a failed connect or name lookup is reported with its reason") {
  web_server server{scheme::http, ""};
  client_fixture it;
  CHECK(it.ask(patient(server.address("/jwks")))->status == 200);
  server.stop();
  CHECK(it.reason(patient(server.address("/jwks"))) == "Connection refused");
  CHECK(holds(it.reason(patient("http://no-such-host.invalid/")), "resolve host"));
}

TEST_CASE("an invalid URL is refused at once") {
  client_fixture it;
  for (const auto* bad : {"ftp://h/", "file:///etc/passwd", "h", "http://h:0/"}) {
    const auto sent = it.client.send(patient(bad), never);
    REQUIRE_FALSE(sent);
    CHECK(sent.failure().code == errc::bad_request);
  }
}

TEST_CASE("a connection is used again unless the request closes it") {
  const web_server server{scheme::http, ""};
  client_fixture it;
  auto request = patient(server.address("/client"));
  const auto first = it.ask(request)->body;
  CHECK(it.ask(request)->body == first);
  request.keeps_connection = false;
  CHECK(it.ask(request)->body == first);
  CHECK(it.ask(request)->body != first);
}

TEST_CASE("requests beyond the connections wait and a bound refuses more of them") {
  const web_server server{scheme::http, ""};
  client_fixture it;
  std::vector<http_client::request_id> hanging;
  for (std::size_t i = 0; i < http_client::requests_max - 1; ++i) {
    hanging.push_back(*it.client.send(patient(server.address("/silent")), never));
  }
  bool is_answered = false;
  REQUIRE(
      it.client.send(patient(server.address("/jwks")),
                     [&](const result<http_client_response>& got) { is_answered = bool{got}; }));
  CHECK(it.client.send(patient(server.address("/jwks")), never).failure().code == errc::overloaded);
  it.context.run_for(milliseconds{300});
  CHECK_FALSE(is_answered);
  const auto before = open_files();
  for (const auto id : hanging) it.client.cancel(id);
  CHECK(open_files() < before);
  it.client.cancel(hanging.front());  // has ended already
  while (!is_answered) it.context.run_one();
  CHECK(std::stoi(it.ask(patient(server.address("/count?silent")))->body) <=
        http_client::connections_max);
}

TEST_CASE("a request that waits for a connection times out too") {
  const web_server server{scheme::http, ""};
  client_fixture it;
  for (int i = 0; i < http_client::connections_max; ++i) {
    REQUIRE(it.client.send(patient(server.address("/silent")), never));
  }
  CHECK(it.reason(hasty(server.address("/jwks"))) == "no answer in time");
}

TEST_CASE("a client that is unused or whose requests have ended has no socket") {
  const web_server server{scheme::http, ""};
  const auto before = open_files();
  {
    client_fixture idle;
    const auto with_context = open_files();
    const http_client another{idle.context};
    CHECK(open_files() == with_context);
    REQUIRE(idle.client.send(patient(server.address("/silent")), never));
    idle.context.run_for(milliseconds{100});
    CHECK(open_files() > with_context);
  }
  CHECK(open_files() == before);
}

TEST_CASE("a client can be destroyed in its own listener and while requests run") {
  const web_server server{scheme::http, ""};
  boost::asio::io_context context;
  auto client = std::make_unique<http_client>(context);
  REQUIRE(client->send(patient(server.address("/silent")), never));
  REQUIRE(client->send(patient(server.address("/jwks")), [&](const auto&) { client.reset(); }));
  while (client) context.run_one();
  context.run();  // returns, because nothing is left to wait for
}

TEST_CASE("a listener may send the next request") {
  const web_server server{scheme::http, ""};
  client_fixture it;
  int answers = 0;
  const std::function<void(const result<http_client_response>&)> again = [&](const auto& got) {
    CHECK(got);
    if (++answers < 3) CHECK(it.client.send(patient(server.address("/jwks")), again));
  };
  CHECK(it.client.send(patient(server.address("/jwks")), again));
  while (answers < 3) it.context.run_one();
}

TEST_CASE("a name lookup that does not answer blocks neither the loop nor the end of a request") {
  const slow_resolver slow;
  {
    client_fixture it;
    CHECK(it.reason(hasty(slow_url)) == "no answer in time");
    CHECK(it.reason(hasty(slow_url)) == "no answer in time");  // asks again
    slow.wait_for_calls(2);
    const auto id = it.client.send(patient(slow_url), never);
    REQUIRE(it.client.send(patient(slow_url), never));
    bool has_fired = false;
    boost::asio::steady_timer timer{it.context, milliseconds{100}};
    timer.async_wait([&](const auto&) { has_fired = true; });
    while (!has_fired) it.context.run_one();
    slow.wait_for_calls(4);
    it.client.cancel(*id);
  }
  CHECK(slow.answers() == 0);
}

TEST_CASE("a client runs on a loop and ends after the loop has stopped") {
  const web_server server{scheme::http, ""};
  loop home{loop_id{0}, {}};
  http_client client{home.context()};
  std::promise<loop*> answered;
  home.post([&] {
    CHECK(client.send(patient(server.address("/silent")), never));
    CHECK(client.send(patient(server.address("/jwks")),
                      [&](const auto&) { answered.set_value(loop::current()); }));
  });
  std::thread runs{[&home] { home.run(); }};
  CHECK(answered.get_future().get() == &home);
  home.stop();
  runs.join();
}

}  // namespace roost::net::http
