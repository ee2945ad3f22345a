// SPDX-License-Identifier: Apache-2.0
// Idle timeouts, pings, pauses by the byte rate, half-open sockets:
// net/websocket/websocket_session_watch.cpp.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <functional>
#include <string>
#include <thread>

#include "net/websocket/frames.hpp"
#include "net/websocket/websocket_session.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/socket_fixture.hpp"
#include "tests/net/websocket/client_frames.hpp"

namespace {

using namespace roost;
using namespace std::chrono_literals;
using tests::client_frame;
using tests::peer;
using tests::socket_fixture;
using counter = metrics::counter;
using gauge = metrics::gauge;

const std::string our_ping{net::websocket::ping_payload};

bool eventually(const std::function<bool()>& fact) {
  for (int i = 0; i < 4'000 && !fact(); ++i) std::this_thread::sleep_for(5ms);
  return fact();
}

}  // namespace

TEST_CASE("a silent client gets repeated pings and its pongs do not postpone the idle timeout") {
  settings::limit_settings limits;
  limits.idle_ms = 1'000;
  limits.ping_ms = 200;
  limits.close_ms = 100;
  socket_fixture fixture(limits);
  auto client = fixture.connect();
  int pings = 0;
  auto got = client.read();
  for (; got.opcode == 9; got = client.read(), ++pings) {
    CHECK(got.payload == our_ping);
    client.send(client_frame(10, our_ping));
  }
  CHECK(got.opcode == 8);
  CHECK(pings >= 2);
  CHECK(pings <= 5);
  CHECK(fixture.wait_for_closed() == row_of(errc::idle).close_code);
  CHECK(fixture.probe.value(counter::pings_sent) == pings);
  CHECK(fixture.probe.value(counter::idle_ends) == 1);
}

TEST_CASE("unsolicited pongs postpone the idle timeout") {
  settings::limit_settings limits;
  limits.idle_ms = 2'000;
  socket_fixture fixture(limits);
  auto client = fixture.connect();
  for (int i = 0; i < 10; ++i) {
    std::this_thread::sleep_for(250ms);
    client.send(client_frame(10, i % 2 == 0 ? "" : "mine"));
  }
  CHECK(fixture.probe.value(counter::idle_ends) == 0);
  CHECK(client.read().opcode == 8);
  CHECK(fixture.probe.value(counter::idle_ends) == 1);
}

TEST_CASE("a client gets pings only while it sends nothing") {
  settings::limit_settings limits;
  limits.idle_ms = 10'000;
  limits.ping_ms = 1'500;
  socket_fixture fixture(limits);
  auto client = fixture.connect();
  for (int i = 0; i < 40; ++i) {
    client.send(client_frame(1, "x"));
    std::this_thread::sleep_for(50ms);
  }
  CHECK(fixture.probe.value(counter::pings_sent) == 0);
  CHECK(client.read() == peer::frame{9, our_ping});
}

TEST_CASE("a client over its byte rate is not read until enough time has passed") {
  socket_fixture fixture;
  auto config = fixture.config.current();
  config.rates.connection.bytes = {20'000, 10'000};
  fixture.config.replace(config);
  auto client = fixture.connect();
  const auto begin = std::chrono::steady_clock::now();
  std::thread sending([&] {
    for (int i = 0; i < 40; ++i) client.send(client_frame(2, std::string(1'000, 'x')));
  });
  fixture.wait_for_messages(40);
  sending.join();
  // The messages take the time of 40,000 bytes, minus the burst, minus at most one read.
  CHECK(fixture.messages_so_far() == 40);
  CHECK(fixture.probe.value(counter::rate_refusals) >= 1);
  client.send(client_frame(1, "last"));
  CHECK(fixture.wait_for_messages(41).back() == "last");
  CHECK(std::chrono::steady_clock::now() - begin >= 1'400ms);
}

TEST_CASE("a session paused by its byte rate does not spin or idle out and can be closed") {
  settings::limit_settings limits;
  limits.idle_ms = 300;
  socket_fixture fixture(limits);
  auto config = fixture.config.current();
  config.rates.connection.bytes = {100, 100};
  fixture.config.replace(config);
  auto client = fixture.connect();
  client.send(client_frame(2, std::string(1'000, 'x')));
  fixture.wait_for_messages(1);
  const auto before = fixture.loop.iterations();
  const auto begin = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(1'000ms);
  const auto iterations = fixture.loop.iterations() - before;
  const auto ticks = (std::chrono::steady_clock::now() - begin) / net::timer_wheel::tick;
  CHECK(iterations <=
        static_cast<std::uint64_t>(ticks) + 5);  // at most one for each tick of the wheel
  fixture.with_session([](net::session& session) {
    CHECK(session.is_open());
    session.close(errc::drain);
  });
  CHECK(client.read().opcode == 8);
  client.send(client_frame(8, tests::close_payload(1012)));
  CHECK(client.reads_end());
  client.close();
  fixture.wait_until_empty();
}

TEST_CASE("a close without a close frame is counted as eof or reset or timeout") {
  const auto was_logged = [](socket_fixture& fixture, std::string_view how) {
    const auto line = "abnormal_closes_total{reason=\"" + std::string{how} + "\"} 1";
    return eventually([&] { return fixture.probe.text().find(line) != std::string::npos; });
  };
  {
    socket_fixture fixture;
    auto client = fixture.connect();
    client.close();
    CHECK(was_logged(fixture, "eof"));
  }
  {
    socket_fixture fixture;
    auto client = fixture.connect();
    client.socket().set_option(boost::asio::socket_base::linger(true, 0));
    client.close();
    CHECK(was_logged(fixture, "reset"));
  }
  {
    // The client reads nothing until TCP_USER_TIMEOUT expires, but it sends, so it is not idle.
    settings::limit_settings limits;
    limits.idle_ms = 1'000;
    limits.outbox_bytes_max = 8'000'000;
    socket_fixture fixture(limits);
    auto client = fixture.connect({}, 4'096);
    fixture.with_session([](net::session& session) {
      const auto frame =
          net::encoded_ptr::copy(net::encoded_kind::binary, std::string(4'000'000, 'x'));
      REQUIRE(session.send(frame, net::flush_class::large));
    });
    for (int i = 0; i < 400 && fixture.probe.value(counter::abnormal_closes) == 0; ++i) {
      client.send(client_frame(1, "alive"));
      std::this_thread::sleep_for(50ms);
    }
    CHECK(was_logged(fixture, "timeout"));
    CHECK(fixture.wait_for_closed() == 1006);
  }
}

TEST_CASE("an orderly close is not counted as abnormal") {
  socket_fixture fixture;
  auto client = fixture.connect();
  client.send(client_frame(8, tests::close_payload(1000)));
  CHECK(client.read().opcode == 8);
  client.close();
  fixture.wait_until_empty();
  CHECK(fixture.probe.value(counter::abnormal_closes) == 0);
}

TEST_CASE("TCP_USER_TIMEOUT is set and keepalive is on only without pings") {
  const auto option = [](socket_fixture& fixture, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    // The server's end is the last socket of this process with TCP_NODELAY set.
    fixture.on_loop([&] {
      for (int fd = 0; fd < 1'024; ++fd) {
        int type = 0;
        socklen_t type_size = sizeof type;
        int no_delay = 0;
        if (::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_size) != 0) continue;
        size = sizeof no_delay;
        if (::getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, &size) != 0) continue;
        size = sizeof value;
        if (no_delay != 0) ::getsockopt(fd, level, name, &value, &size);
      }
    });
    return value;
  };
  settings::limit_settings limits;
  limits.idle_ms = 80'000;
  {
    socket_fixture fixture(limits);
    auto client = fixture.connect();
    CHECK(option(fixture, IPPROTO_TCP, TCP_USER_TIMEOUT) == 80'000);
    CHECK(option(fixture, SOL_SOCKET, SO_KEEPALIVE) != 0);
    CHECK(option(fixture, IPPROTO_TCP, TCP_KEEPIDLE) == 40);
  }
  limits.ping_ms = 15'000;
  socket_fixture fixture(limits);
  auto client = fixture.connect();
  CHECK(option(fixture, IPPROTO_TCP, TCP_USER_TIMEOUT) == 30'000);
  CHECK(option(fixture, SOL_SOCKET, SO_KEEPALIVE) == 0);
}

TEST_CASE("gauges count queued outboxes and unanswered messages and return to 0") {
  settings::limit_settings limits;
  limits.outbox_bytes_max = 8'000'000;
  socket_fixture fixture(limits);
  fixture.on_message = [](net::session&, const net::bytes_ptr&, bool) {};
  auto client = fixture.connect({}, 4'096);
  client.send(client_frame(1, "one") + client_frame(1, "two"));
  fixture.wait_for_messages(2);
  fixture.with_session([](net::session& session) {
    const auto frame =
        net::encoded_ptr::copy(net::encoded_kind::binary, std::string(3'000'000, 'x'));
    for (int i = 0; i < 2; ++i) REQUIRE(session.send(frame, net::flush_class::large));
  });
  const auto holds = [&](gauge which, auto fact) {
    return eventually([&] { return fact(fixture.probe.value(which)); });
  };
  CHECK(holds(gauge::outbox_bytes, [](double n) { return n > 3'000'000; }));
  CHECK(fixture.probe.value(gauge::outboxes_waiting) == 1);
  CHECK(holds(gauge::inbound_messages, [](double n) { return n == 2; }));
  fixture.with_session([](net::session& session) { session.release_credit(3); });
  CHECK(holds(gauge::inbound_messages, [](double n) { return n == 1; }));
  CHECK(client.read().payload.size() == 3'000'000);
  CHECK(client.read().payload.size() == 3'000'000);
  CHECK(holds(gauge::outbox_bytes, [](double n) { return n == 0; }));
  CHECK(holds(gauge::outboxes_waiting, [](double n) { return n == 0; }));
  client.close();
  fixture.wait_until_empty();
  CHECK(holds(gauge::inbound_messages, [](double n) { return n == 0; }));
  CHECK(fixture.probe.value(metrics::histogram::loop_iteration) > 0);
}
