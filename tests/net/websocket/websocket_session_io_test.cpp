// SPDX-License-Identifier: Apache-2.0
// Reading, credit, pings and writing: net/websocket/websocket_session_io.cpp.
#include <string>

#include "net/websocket/frames.hpp"
#include "net/websocket/websocket_session.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/socket_fixture.hpp"
#include "tests/net/websocket/client_frames.hpp"

namespace {

using namespace roost;
using tests::client_frame;
using tests::close_payload;
using tests::peer;
using tests::socket_fixture;

void keep_unanswered(net::session&, const net::bytes_ptr&, bool) {}

std::string numbered(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += client_frame(1, std::to_string(i));
  return out;
}

// Waits long enough for an unwanted effect to show.
void settle(socket_fixture& fixture) {
  for (int i = 0; i < 20; ++i) {
    fixture.on_loop([] {});
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace

TEST_CASE("RFC 6455 5.5.2: a ping is answered with its payload even inside a message") {
  socket_fixture fixture;
  auto client = fixture.connect();
  client.send(client_frame(9, "") + client_frame(1, "a", tests::not_final()) +
              client_frame(9, "\xFF\x01") + client_frame(0, "b"));
  CHECK(client.read() == peer::frame{10, ""});
  CHECK(client.read() == peer::frame{10, "\xFF\x01"});
  CHECK(fixture.wait_for_messages(1) == std::vector<std::string>{"ab"});
}

TEST_CASE("RFC 6455 5.5.3: the last ping of a burst is answered and each ping at most once") {
  socket_fixture fixture;
  auto client = fixture.connect();
  std::string burst;
  for (int i = 0; i < 1000; ++i) burst += client_frame(9, std::to_string(i));
  client.send(burst);
  for (int last = -1; last < 999;) {
    const auto got = client.read();
    REQUIRE(got.opcode == 10);
    const int answered = std::stoi(got.payload);
    REQUIRE(answered > last);
    last = answered;
  }
  client.send(client_frame(9, "after"));
  CHECK(client.read() == peer::frame{10, "after"});
}

TEST_CASE("RFC 6455 5.5.3: an unsolicited pong is not answered") {
  socket_fixture fixture;
  auto client = fixture.connect();
  client.send(client_frame(10, "x") + client_frame(9, "y"));
  CHECK(client.read() == peer::frame{10, "y"});
}

TEST_CASE("a client without message credit is not read until a message is answered") {
  settings::limit_settings limits;
  limits.inbound_messages_max = 3;
  socket_fixture fixture(limits);
  fixture.on_message = keep_unanswered;
  auto client = fixture.connect();
  client.send(numbered(8));
  CHECK(fixture.wait_for_messages(3).size() == 3);
  settle(fixture);
  CHECK(fixture.messages_so_far() == 3);
  fixture.with_session([](net::session& session) { session.release_credit(1); });
  CHECK(fixture.wait_for_messages(4).size() == 4);
  settle(fixture);
  CHECK(fixture.messages_so_far() == 4);
  fixture.with_session([](net::session& session) {
    for (int i = 0; i < 3; ++i) session.release_credit(1);
  });
  CHECK(fixture.wait_for_messages(7).back() == "6");
  settle(fixture);
  CHECK(fixture.messages_so_far() == 7);
}

TEST_CASE("a client without byte credit is not read until enough bytes are answered") {
  settings::limit_settings limits;
  limits.inbound_bytes_max = 1000;
  socket_fixture fixture(limits);
  fixture.on_message = keep_unanswered;
  auto client = fixture.connect();
  for (int i = 0; i < 5; ++i) client.send(client_frame(2, std::string(600, 'x')));
  fixture.wait_for_messages(2);
  settle(fixture);
  CHECK(fixture.messages_so_far() == 2);
  fixture.with_session([](net::session& session) { session.release_credit(600); });
  fixture.wait_for_messages(3);
  settle(fixture);
  CHECK(fixture.messages_so_far() == 3);
}

TEST_CASE("a flood without credit stays in the socket of the client and arrives complete later") {
  settings::limit_settings limits;
  limits.inbound_messages_max = 2;
  socket_fixture fixture(limits);
  fixture.on_message = keep_unanswered;
  auto client = fixture.connect();
  const int count = 30'000;
  std::thread flood([&] { client.send(numbered(count)); });
  fixture.wait_for_messages(2);
  settle(fixture);
  CHECK(fixture.messages_so_far() == 2);
  fixture.on_loop([&] {
    fixture.on_message = [](net::session& session, const net::bytes_ptr&, bool) {
      session.release_credit(1);
    };
  });
  fixture.with_session([](net::session& session) {
    session.release_credit(1);
    session.release_credit(1);
  });
  const auto all = fixture.wait_for_messages(count);
  flood.join();
  REQUIRE(all.size() == count);
  for (int i = 0; i < count; ++i) REQUIRE(all[static_cast<std::size_t>(i)] == std::to_string(i));
}

TEST_CASE("a session without credit can still be closed") {
  settings::limit_settings limits;
  limits.inbound_messages_max = 1;
  socket_fixture fixture(limits);
  fixture.on_message = keep_unanswered;
  auto client = fixture.connect();
  client.send(numbered(3));
  fixture.wait_for_messages(1);
  fixture.with_session([](net::session& session) { session.close(errc::drain); });
  CHECK(client.read().opcode == 8);
  client.send(client_frame(8, close_payload(1012)));
  CHECK(client.reads_end());
  CHECK(fixture.wait_for_closed() == row_of(errc::drain).close_code);
  CHECK(fixture.messages_so_far() == 1);
}

TEST_CASE("a client does not idle out while its session has no credit") {
  settings::limit_settings limits;
  limits.inbound_messages_max = 1;
  limits.idle_ms = 100;
  socket_fixture fixture(limits);
  fixture.on_message = keep_unanswered;
  auto client = fixture.connect();
  client.send(numbered(1));
  fixture.wait_for_messages(1);
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  fixture.with_session([](net::session& session) {
    CHECK(session.is_open());
    session.release_credit(1);
  });
  CHECK(client.read().opcode == 8);
}

TEST_CASE("after a short write the rest is sent as the client reads and the handler is notified") {
  settings::limit_settings limits;
  limits.outbox_bytes_max = 8'000'000;
  socket_fixture fixture(limits);
  auto client = fixture.connect({}, 4096);
  fixture.with_session([](net::session& session) {
    for (int i = 0; i < 5000; ++i) {
      const auto text = std::to_string(i) + std::string(1000, '.');
      const auto frame = net::encoded_ptr::copy(net::encoded_kind::text, text);
      REQUIRE(session.send(frame, net::flush_class::large));
    }
  });
  settle(fixture);
  fixture.with_session([](net::session& session) {
    CHECK(session.queued_bytes() > 3'000'000);
    session.notify_when_drained(0);
  });
  for (int i = 0; i < 5000; ++i) {
    REQUIRE(client.read().payload == std::to_string(i) + std::string(1000, '.'));
  }
  fixture.wait_for_drained();
  fixture.with_session([](net::session& session) { CHECK(session.queued_bytes() == 0); });
}
