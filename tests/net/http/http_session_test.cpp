// SPDX-License-Identifier: Apache-2.0
#include "net/http/http_session.hpp"

#include <functional>
#include <future>

#include "tests/fixtures/catch.hpp"
#include "tests/net/http/http_node.hpp"
#include "tests/net/http/raw_client.hpp"

namespace roost::net::http {

TEST_CASE("one connection serves many pipelined requests in order") {
  node served;
  client peer{served.port()};
  peer.send(get_request("/health") + get_request("/nothing") + get_request("/ready"));
  CHECK(begins(peer.answer(), "HTTP/1.1 200"));
  const auto missing = peer.answer();
  CHECK(begins(missing, "HTTP/1.1 404"));
  CHECK(holds(missing, R"({"reason":"not found","code":305)"));
  CHECK(holds(peer.answer(), "Connection: keep-alive"));
  CHECK(served.probe.value(metrics::counter::http_requests) == 3);
}

TEST_CASE("pipelined requests let other work of the loop run between them") {
  node served;
  client many{served.port()};
  CHECK(begins(many.ask(get_request("/health")), "HTTP/1.1 200"));
  constexpr int times = 200;
  std::string requests;
  for (int i = 0; i < times; ++i) requests += get_request("/health");
  std::promise<double> first_seen;
  std::function<void()> check_answered = [&] {
    const auto answered = served.probe.value(metrics::counter::http_requests);
    answered > 1 ? first_seen.set_value(answered) : served.loops[0]->post(check_answered);
  };
  std::promise<void> sent;
  served.loops[0]->post([&] {
    sent.get_future().wait();  // so that the loop finds all requests at once
    check_answered();
  });
  many.send(requests);
  sent.set_value();
  CHECK(first_seen.get_future().get() < 5);
  for (int i = 0; i < times; ++i) REQUIRE(begins(many.answer(), "HTTP/1.1 200"));
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

TEST_CASE("a connection closes after the response if the client asks for it") {
  node served;
  for (const auto& request : {get_request("/health", "Connection: close\r\n"),
                              std::string{"GET /health HTTP/1.0\r\n\r\n"}}) {
    client peer{served.port()};
    peer.send(request);
    CHECK(holds(peer.rest(), R"({"status":"ok"})"));
  }
}

TEST_CASE("bytes that are not HTTP get 400 and the connection closes") {
  node served;
  client peer{served.port()};
  peer.send("\x16\x03\x01 no http at all\r\n\r\n");
  const auto got = peer.rest();
  CHECK(begins(got, "HTTP/1.1 400"));
  CHECK(holds(got, R"("reason":"bad request")"));
}

TEST_CASE("a header that is too large gets 431") {
  node served;
  client peer{served.port()};
  peer.send(get_request("/health", "X-Long: " + std::string(20'000, 'x') + "\r\n"));
  CHECK(begins(peer.rest(), "HTTP/1.1 431"));
  client endless{served.port()};
  endless.send("GET / HTTP/1.1\r\nX: " + std::string(40'000, 'y'));
  CHECK(begins(endless.rest(), "HTTP/1.1 431"));
}

TEST_CASE("chunk extensions and trailers are bounded like a header") {
  const std::string start =
      "POST /health HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string endless : {"1;", "0\r\nX: "}) {
    node served;
    client peer{served.port()};
    peer.send(start + endless + std::string(40'000, 'y'));
    CHECK(begins(peer.rest(), "HTTP/1.1 431"));
  }
}

TEST_CASE("a body that is too large gets 413") {
  node served;
  client peer{served.port()};
  peer.send("POST /health HTTP/1.1\r\nHost: h\r\nContent-Length: 65537\r\n\r\n");
  CHECK(begins(peer.rest(), "HTTP/1.1 413"));
}

TEST_CASE("a client that sends its header slowly is closed at the deadline") {
  node served{hasty()};
  client peer{served.port()};
  peer.send("GET /health HTTP/1.1\r\n");
  std::atomic<bool> is_cut{false};
  // Each byte arrives quickly, but the whole header exceeds the deadline.
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

TEST_CASE("a client that sends nothing or no further request is closed at the deadline") {
  node served{hasty()};
  client silent{served.port()};
  client idle{served.port()};
  CHECK(begins(idle.ask(get_request("/health")), "HTTP/1.1 200"));
  CHECK(silent.rest().empty());
  CHECK(idle.rest().empty());
  CHECK(served.refused() == 0);
}

TEST_CASE("large pipelined responses reach a client that reads late") {
  auto config = test_settings();
  config.listen.demo = true;
  node served{config};
  client peer{served.port()};
  constexpr int times = 200;
  for (int i = 0; i < times; ++i) peer.send(get_request("/phoenix.mjs"));
  const auto first = peer.answer();
  CHECK(first.size() > 20'000);
  for (int i = 1; i < times; ++i) REQUIRE(peer.answer() == first);
}

}  // namespace roost::net::http
