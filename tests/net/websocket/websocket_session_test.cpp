// SPDX-License-Identifier: Apache-2.0
#include "net/websocket/websocket_session.hpp"

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "net/websocket/frames.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/socket_fixture.hpp"
#include "tests/net/websocket/client_frames.hpp"

namespace {

using namespace roost;
using tests::client_frame;
using tests::close_payload;
using tests::peer;
using tests::socket_fixture;
using counter = metrics::counter;

settings::limit_settings quick() {
  settings::limit_settings limits;
  limits.close_ms = 100;
  return limits;
}

net::encoded_ptr text(std::string_view payload) {
  return net::encoded_ptr::copy(net::encoded_kind::text, payload);
}

std::string close_with(errc why) {
  return close_payload(row_of(why).close_code, row_of(why).reason);
}

}  // namespace

TEST_CASE("RFC 6455 5.5.1: the server echoes a close code and then ends the stream") {
  socket_fixture fixture;
  auto client = fixture.connect();
  client.send(client_frame(8, close_payload(3456, "bye")) + client_frame(1, "after"));
  CHECK(client.read() == peer::frame{8, close_payload(3456)});
  CHECK(client.reads_end());
  CHECK(fixture.wait_for_closed() == 3456);
  client.close();
  fixture.wait_until_empty();
  CHECK(fixture.messages_so_far() == 0);
}

TEST_CASE("RFC 6455 5.5.1: an empty close is answered with 1000") {
  socket_fixture fixture;
  auto client = fixture.connect();
  client.send(client_frame(8, ""));
  CHECK(client.read() == peer::frame{8, close_payload(1000)});
  CHECK(fixture.wait_for_closed() == 1000);
}

TEST_CASE("RFC 6455 7.4: a close code that must not be sent is answered with 1002") {
  socket_fixture fixture;
  auto client = fixture.connect();
  client.send(client_frame(8, close_payload(1005)));
  CHECK(client.read() == peer::frame{8, close_with(errc::protocol_error)});
  CHECK(client.reads_end());
  CHECK(fixture.wait_for_closed() == 1002);
}

TEST_CASE("RFC 6455 5.5.1: a close whose reason is not UTF-8 is answered with 1007") {
  socket_fixture fixture;
  auto client = fixture.connect();
  client.send(client_frame(8, close_payload(1000, "\xFF")));
  CHECK(client.read() == peer::frame{8, close_with(errc::bad_utf8)});
}

TEST_CASE("RFC 6455 7.1.7: a protocol violation closes with its code and is counted") {
  struct rule {
    std::string bytes;
    errc why;
  };
  tests::frame_shape unmasked;
  unmasked.is_masked = false;
  const std::vector<rule> rules{
      {client_frame(1, "x", unmasked), errc::protocol_error},
      {client_frame(3, "x"), errc::protocol_error},
      {client_frame(1, "\xFF"), errc::bad_utf8},
      {client_frame(2, std::string(1001, 'x')), errc::frame_too_big},
  };
  for (const auto& each : rules) {
    settings::limit_settings limits;
    limits.frame_bytes_max = 1000;
    socket_fixture fixture(limits);
    auto client = fixture.connect();
    client.send(each.bytes + std::string(100'000, 'z'));
    CHECK(client.read() == peer::frame{8, close_with(each.why)});
    CHECK(client.reads_end());
    CHECK(fixture.wait_for_closed() == row_of(each.why).close_code);
    CHECK(fixture.probe.value(counter::malformed) == 1);
    CHECK(fixture.probe.text().find(row_of(each.why).name) != std::string::npos);
  }
}

TEST_CASE("RFC 6455 7.1.2: a server close flushes the outbox and waits for the answer") {
  socket_fixture fixture;
  auto client = fixture.connect();
  fixture.with_session([](net::session& session) {
    session.send(text("one"), net::flush_class::large);
    session.send(text("two"), net::flush_class::small);
    session.close(errc::drain);
    CHECK_FALSE(session.is_open());
    CHECK_FALSE(session.send(text("three"), net::flush_class::small));
    session.close(errc::policy);
  });
  CHECK(client.read().payload == "one");
  CHECK(client.read().payload == "two");
  CHECK(client.read() == peer::frame{8, close_with(errc::drain)});
  client.send(client_frame(1, "late") + client_frame(9, "late") + client_frame(8, ""));
  CHECK(client.reads_end());
  CHECK(fixture.wait_for_closed() == row_of(errc::drain).close_code);
  client.close();
  fixture.wait_until_empty();
  CHECK(fixture.messages_so_far() == 0);
}

TEST_CASE("RFC 6455 7.1.1: a client that does not answer a close is disconnected after close_ms") {
  socket_fixture fixture(quick());
  auto client = fixture.connect();
  fixture.with_session([](net::session& session) { session.close(errc::drain); });
  CHECK(client.read().opcode == 8);
  CHECK(client.read().opcode == peer::ended);
  CHECK(fixture.wait_for_closed() == row_of(errc::drain).close_code);
  fixture.wait_until_empty();
}

TEST_CASE("a close ends even if the client is silent or keeps sending or reads slowly") {
  enum class habit : std::uint8_t { silent, talks, reads_slowly };
  const auto does = GENERATE(habit::silent, habit::talks, habit::reads_slowly);
  const auto why = GENERATE(errc::drain, errc::policy);
  auto limits = quick();
  limits.outbox_bytes_max = 10'000'000;
  socket_fixture fixture(limits);
  auto client = fixture.connect({}, 4096);
  client.socket().set_option(boost::asio::socket_base::receive_buffer_size(4096));
  fixture.with_session([&](net::session& session) {
    for (int i = 0; i < 400; ++i) {
      REQUIRE(session.send(text(std::string(20'000, '.')), net::flush_class::large));
    }
    session.close(why);
  });
  for (int step = 0; step < 4'000 && !fixture.is_empty(); ++step) {
    if (does == habit::talks) client.send(client_frame(9, "still here"));
    if (does == habit::reads_slowly) client.read_some(1'000);
    std::this_thread::sleep_for(std::chrono::milliseconds(limits.close_ms / 20));
  }
  CHECK(fixture.is_empty());
  CHECK(fixture.wait_for_closed() == row_of(why).close_code);
}

TEST_CASE("RFC 6455 7.1.1: a client that keeps the stream open after a close is disconnected") {
  socket_fixture fixture(quick());
  auto client = fixture.connect();
  client.send(client_frame(8, close_payload(1000)));
  CHECK(client.read().opcode == 8);
  fixture.wait_until_empty();
}

TEST_CASE("RFC 6455 7.1.5: a stream that ends without a close frame counts as 1006") {
  for (const bool is_half : {true, false}) {
    socket_fixture fixture;
    auto client = fixture.connect();
    client.send(client_frame(1, "unfinished").substr(0, 8));
    is_half ? client.shut_down_sending() : client.close();
    CHECK(fixture.wait_for_closed() == 1006);
    fixture.wait_until_empty();
  }
}

TEST_CASE("a reset connection counts as 1006") {
  socket_fixture fixture;
  auto client = fixture.connect();
  client.socket().set_option(boost::asio::socket_base::linger(true, 0));
  client.close();
  CHECK(fixture.wait_for_closed() == 1006);
  fixture.wait_until_empty();
}

TEST_CASE("a client that sends nothing is closed with 1001") {
  settings::limit_settings limits;
  limits.idle_ms = 200;
  socket_fixture fixture(limits);
  auto client = fixture.connect();
  const auto begin = std::chrono::steady_clock::now();
  CHECK(client.read() == peer::frame{8, close_with(errc::idle)});
  CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(190));
  client.send(client_frame(8, close_payload(1001)));
  CHECK(client.reads_end());
  CHECK(fixture.wait_for_closed() == 1001);
}

TEST_CASE("whatever a client sends postpones its idle timeout") {
  settings::limit_settings limits;
  limits.idle_ms = 1'500;
  socket_fixture fixture(limits);
  // Each client sends only one kind of frame, or one frame byte by byte.
  const auto slow = client_frame(2, "a frame that takes long to arrive");
  const std::vector<std::function<std::string(std::size_t)>> kinds{
      [](std::size_t) { return client_frame(1, "text"); },
      [](std::size_t) { return client_frame(2, "binary"); },
      [](std::size_t i) { return client_frame(i == 0 ? 1 : 0, "part", tests::not_final()); },
      [](std::size_t) { return client_frame(9, "ping"); },
      [](std::size_t) { return client_frame(10, "pong"); },
      [&](std::size_t i) { return slow.substr(i, 1); }};
  std::vector<peer> clients;
  for (std::size_t i = 0; i < kinds.size(); ++i) clients.push_back(fixture.connect());
  for (std::size_t i = 0; i < 8; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) clients[kind].send(kinds[kind](i));
  }
  CHECK(fixture.probe.value(counter::idle_ends) == 0);
  for (auto& client : clients) {
    auto got = client.read();
    while (got.opcode == 10) got = client.read();
    CHECK(got == peer::frame{8, close_with(errc::idle)});
  }
}

TEST_CASE("a slow consumer is closed with 1013 and loses its queued frames") {
  settings::limit_settings limits;
  limits.outbox_bytes_max = 100'000;
  socket_fixture fixture(limits);
  auto client = fixture.connect({}, 4096);
  bool was_taken = true;
  std::size_t queued = 0;
  std::size_t pushed = 0;
  while (was_taken && pushed < 100'000) {
    fixture.with_session([&](net::session& session) {
      was_taken = session.send(text(std::string(1000, 'x')), net::flush_class::large);
      queued = session.queued_bytes();
    });
    ++pushed;
  }
  REQUIRE_FALSE(was_taken);
  CHECK(queued < 3000);
  CHECK(fixture.probe.value(counter::slow_consumers) == 1);
  std::size_t got = 0;
  auto last = client.read();
  for (; last.opcode == 1; last = client.read()) {
    REQUIRE(last.payload == std::string(1000, 'x'));
    ++got;
  }
  CHECK(last == peer::frame{8, close_with(errc::slow_consumer)});
  CHECK(got < pushed - 50);
  client.send(client_frame(8, close_payload(1013)));
  CHECK(fixture.wait_for_closed() == 1013);
}

TEST_CASE("a client that never reads is disconnected after close_ms") {
  auto limits = quick();
  limits.outbox_bytes_max = 100'000;
  socket_fixture fixture(limits);
  auto client = fixture.connect({}, 4096);
  bool was_taken = true;
  while (was_taken) {
    fixture.with_session([&](net::session& session) {
      was_taken = session.send(text(std::string(1000, 'x')), net::flush_class::large);
    });
  }
  CHECK(fixture.wait_for_closed() == 1013);
  fixture.wait_until_empty();
}

TEST_CASE("a handler may close its session inside its message callback") {
  socket_fixture fixture;
  fixture.on_message = [](net::session& session, const net::bytes_ptr& data, bool) {
    session.send(text("last"), net::flush_class::small);
    session.close(errc::policy);
    session.release_credit(static_cast<std::uint32_t>(data->size()));
  };
  auto client = fixture.connect();
  client.send(client_frame(1, "a") + client_frame(1, "b") + client_frame(8, ""));
  CHECK(client.read().payload == "last");
  CHECK(client.read() == peer::frame{8, close_with(errc::policy)});
  CHECK(client.reads_end());
  CHECK(fixture.wait_for_closed() == 1008);
  CHECK(fixture.messages_so_far() == 1);
}

TEST_CASE("a close with errc::abnormal ends a session at once without a close frame") {
  socket_fixture fixture;
  fixture.on_message = [](net::session& session, const net::bytes_ptr&, bool) {
    session.close(errc::abnormal);
  };
  auto client = fixture.connect();
  client.send(client_frame(1, "a"));
  CHECK(client.read().opcode == peer::ended);
  CHECK(fixture.wait_for_closed() == 1006);
}
