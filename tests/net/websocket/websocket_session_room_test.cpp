// SPDX-License-Identifier: Apache-2.0
// Outbox limits, drained() notifications and eviction of ephemeral frames:
// net/websocket/websocket_session*.cpp.
#include <algorithm>
#include <string>

#include "net/websocket/frames.hpp"
#include "net/websocket/websocket_session.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/socket_fixture.hpp"
#include "tests/net/websocket/client_frames.hpp"

namespace {

using namespace roost;
using tests::socket_fixture;
using counter = metrics::counter;
constexpr auto large = net::flush_class::large;
constexpr std::size_t bytes_max = 100'000;

settings::limit_settings bounded() {
  settings::limit_settings limits;
  limits.outbox_bytes_max = bytes_max;
  return limits;
}

net::encoded_ptr text(std::string_view payload) {
  return net::encoded_ptr::copy(net::encoded_kind::text, payload);
}

net::encoded_ptr ephemeral(std::string_view payload, std::string_view key = {}) {
  auto out = net::encoded_ptr::make_ephemeral(net::encoded_kind::text, payload.size(), key);
  std::ranges::copy(payload, out->data());
  return out;
}

// Waits for five iterations, because one iteration runs many handlers and reports at its end.
void let_turns_pass(socket_fixture& fixture) {
  std::uint64_t now = 0;
  const auto ask = [&] { now = fixture.loop.iterations(); };
  fixture.on_loop(ask);
  const auto end = now + 5;
  while (now < end) fixture.on_loop(ask);
}

// Sends until the client's window is full and at least this many bytes are queued.
void fill(socket_fixture& fixture, std::size_t bytes) {
  for (std::size_t queued = 0; queued < bytes;) {
    fixture.with_session([&](net::session& session) {
      while (session.queued_bytes() < bytes)
        REQUIRE(session.send(text(std::string(1000, '.')), large));
    });
    // After some iterations, the kernel has accepted what it can.
    let_turns_pass(fixture);
    fixture.with_session([&](net::session& session) { queued = session.queued_bytes(); });
  }
}

}  // namespace

TEST_CASE("there is room while queued bytes stay within the limit or the outbox is empty") {
  socket_fixture fixture(bounded());
  auto client = fixture.connect({}, 4096);
  fixture.with_session([](net::session& session) {
    CHECK(session.free_space(bytes_max, bytes_max / 2));  // the outbox is empty
    session.send(text(std::string(1000, '.')), large);
  });
  fill(fixture, 45'000);  // the kernel accepts no more
  fixture.with_session([](net::session& session) {
    const auto queued = session.queued_bytes();
    CHECK(session.free_space(1'000, queued + 1'000));
    CHECK_FALSE(session.free_space(1'001, queued + 1'000));
    session.close(errc::drain);
    CHECK_FALSE(session.free_space(1, bytes_max));
  });
}

TEST_CASE("a session writes to the kernel before it reports a lack of room") {
  socket_fixture fixture(bounded());
  auto client = fixture.connect();
  fixture.with_session([](net::session& session) {
    session.send(text(std::string(60'000, '.')), large);
    CHECK(session.queued_bytes() > 60'000);
    CHECK(session.free_space(1'000, bytes_max / 2));
    CHECK(session.queued_bytes() < bytes_max / 2);
  });
  CHECK(client.read().payload.size() == 60'000);
}

TEST_CASE("a frame above the bound is sent once the outbox is empty") {
  socket_fixture fixture(bounded());
  auto client = fixture.connect();
  const std::string payload(2 * bytes_max, '.');
  fixture.with_session([&](net::session& session) {
    REQUIRE(session.send(text("before"), large));
    REQUIRE(session.send(text(payload), large));
  });
  CHECK(client.read().payload == "before");
  CHECK(client.read().payload == payload);
  CHECK(fixture.probe.value(counter::slow_consumers) == 0);
}

TEST_CASE("a drained notification for an empty outbox comes once and not inside the call") {
  socket_fixture fixture(bounded());
  auto client = fixture.connect();
  bool is_inside = false;
  bool was_inside = false;
  fixture.on_drained = [&](net::session&) { was_inside = was_inside || is_inside; };
  fixture.with_session([&](net::session& session) {
    is_inside = true;
    session.notify_when_drained(0);
    session.notify_when_drained(0);
    is_inside = false;
  });
  fixture.wait_for_drained();
  let_turns_pass(fixture);
  CHECK(fixture.drained_so_far() == 1);
  CHECK_FALSE(was_inside);
}

TEST_CASE("a drained notification comes when the outbox has drained to the requested size") {
  socket_fixture fixture(bounded());
  auto client = fixture.connect({}, 4096);
  std::size_t queued = bytes_max;
  fixture.on_drained = [&](net::session& session) { queued = session.queued_bytes(); };
  fill(fixture, 45'000);
  fixture.with_session([](net::session& session) { session.notify_when_drained(bytes_max / 4); });
  let_turns_pass(fixture);
  CHECK(fixture.drained_so_far() == 0);
  while (fixture.drained_so_far() == 0) REQUIRE(client.read().opcode == 1);
  fixture.on_loop([&] { CHECK(queued <= bytes_max / 4); });
}

TEST_CASE("a handler that did not ask gets no drained notification") {
  socket_fixture fixture(bounded());
  auto client = fixture.connect({}, 4096);
  fill(fixture, 60'000);
  for (std::size_t queued = 1; queued > 0;) {
    REQUIRE(client.read().opcode == 1);
    fixture.with_session([&](net::session& session) { queued = session.queued_bytes(); });
  }
  let_turns_pass(fixture);
  CHECK(fixture.drained_so_far() == 0);
}

TEST_CASE("a handler that asks again after each drained notification sends all its small parts") {
  socket_fixture fixture(bounded());
  int left = 1000;
  bool took_all = true;  // used on the loop, like `left`; read after it is done
  fixture.on_drained = [&](net::session& session) {
    for (int i = 0; i < 10 && session.free_space(2000, bytes_max / 2); ++i, --left) {
      took_all = session.send(text(std::to_string(left)), large) && took_all;
    }
    if (left > 0) session.notify_when_drained(bytes_max / 4);
  };
  auto client = fixture.connect();
  fixture.with_session([](net::session& session) { session.notify_when_drained(bytes_max / 4); });
  for (int i = 1000; i > 0; --i) REQUIRE(client.read().payload == std::to_string(i));
  fixture.on_loop([&] { CHECK(took_all); });
}

TEST_CASE("a closing session gets no drained notification") {
  socket_fixture fixture(bounded());
  auto client = fixture.connect();
  fixture.with_session([](net::session& session) {
    session.notify_when_drained(bytes_max / 4);
    session.close(errc::drain);
    session.notify_when_drained(bytes_max / 4);
  });
  CHECK(client.read().opcode == 8);
  client.send(tests::client_frame(8, tests::close_payload(1012)));
  CHECK(fixture.wait_for_closed() == 1012);
  CHECK(fixture.drained_so_far() == 0);
}

TEST_CASE("one iteration may send more than the bound if the kernel accepts the bytes") {
  const bool passes = GENERATE(false, true);
  socket_fixture fixture(bounded());
  auto client = fixture.connect();
  constexpr int count = 8;  // the kernel buffers this many without a reader
  const std::string payload(30'000, '.');
  fixture.with_session([&](net::session& session) {
    for (int i = 0; i < count; ++i) {
      REQUIRE(session.send(passes ? ephemeral(payload) : text(payload), large));
      CHECK(session.queued_bytes() <= bytes_max);
    }
  });
  for (int i = 0; i < count; ++i) REQUIRE(client.read().payload == payload);
  CHECK(fixture.probe.value(counter::slow_consumers) == 0);
  CHECK(fixture.probe.value(counter::ephemeral_dropped) == 0);
  fixture.with_session([](net::session& session) { session.close(errc::drain); });
  CHECK(client.read().opcode == 8);
  CHECK(fixture.probe.value(counter::bytes_out) > count * 30'000.0);
}

TEST_CASE("a client that does not read loses ephemeral frames and no ordered frame") {
  socket_fixture fixture(bounded());
  auto client = fixture.connect({}, 4096);
  std::size_t ordered = 0;
  std::size_t ephemerals = 0;
  // Ephemeral frames alone must not close the session.
  const auto push_ephemerals = [&](net::session& session) {
    for (int i = 0; i < 500; ++i, ++ephemerals) {
      REQUIRE(session.send(ephemeral("e" + std::string(999, '.')), large));
      REQUIRE(session.queued_bytes() <= bytes_max / 2);
    }
  };
  for (int i = 0; i < 10; ++i) {
    fixture.with_session(push_ephemerals);
    let_turns_pass(fixture);
  }
  CHECK(fixture.probe.value(counter::slow_consumers) == 0);
  CHECK(fixture.probe.value(counter::ephemeral_dropped) > 0);
  fixture.with_session([&](net::session& session) {
    const auto before = session.queued_bytes();
    REQUIRE(before > bytes_max / 4);
    for (; ordered < bytes_max / 1100; ++ordered) {
      REQUIRE(session.send(text(std::to_string(ordered) + std::string(1000, '.')), large));
    }
    CHECK(session.is_open());
    CHECK(session.queued_bytes() <= bytes_max);
  });
  std::size_t got_ephemerals = 0;
  for (std::size_t next = 0; next < ordered;) {
    const auto got = client.read();
    REQUIRE(got.opcode == 1);
    if (got.payload.front() == 'e') {
      ++got_ephemerals;
    } else {
      REQUIRE(got.payload == std::to_string(next++) + std::string(1000, '.'));
    }
  }
  let_turns_pass(fixture);
  CHECK(fixture.probe.value(counter::ephemeral_dropped) ==
        static_cast<double>(ephemerals - got_ephemerals));
}

TEST_CASE("a client that does not read gets the newest frame of each key when it reads again") {
  socket_fixture fixture(bounded());
  auto client = fixture.connect({}, 4096);
  fill(fixture, 10'000);
  fixture.with_session([](net::session& session) {
    for (int i = 0; i < 1000; ++i) {
      const auto key = std::to_string(i % 4);
      REQUIRE(session.send(ephemeral(key + ":" + std::to_string(i), key), large));
    }
    REQUIRE(session.send(text("last"), large));
  });
  std::vector<std::string> got;
  for (auto next = client.read().payload; next != "last"; next = client.read().payload) {
    REQUIRE_FALSE(next.empty());
    if (next.front() != '.') got.push_back(next);
  }
  CHECK(got == std::vector<std::string>{"0:996", "1:997", "2:998", "3:999"});
  let_turns_pass(fixture);
  CHECK(fixture.probe.value(counter::ephemeral_conflated) == 996);
}
