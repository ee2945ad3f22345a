// SPDX-License-Identifier: Apache-2.0
// Incomplete messages: net/websocket/websocket_session_partial.cpp.
#include <chrono>
#include <string>

#include "net/websocket/websocket_session.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/socket_fixture.hpp"
#include "tests/net/websocket/client_frames.hpp"

namespace {

using namespace roost;
using namespace std::chrono_literals;
using gauge = metrics::gauge;
using tests::client_frame;
using tests::close_payload;
using tests::peer;
using tests::socket_fixture;

void wait_until(const std::function<bool()>& holds) {
  for (int i = 0; i < 1'000 && !holds(); ++i) std::this_thread::sleep_for(10ms);
  REQUIRE(holds());
}

std::string close_with(errc why) {
  const auto& row = row_of(why);
  return close_payload(row.close_code, row.reason);
}

std::string fragment(std::size_t bytes) {
  return client_frame(1, std::string(bytes, 'a'), tests::not_final());
}

}  // namespace

TEST_CASE("an incomplete message is counted until it is complete or its client is gone") {
  socket_fixture fixture;
  auto one = fixture.connect();
  auto two = fixture.connect();
  one.send(fragment(50'000));
  two.send(fragment(30'000));
  wait_until([&] { return fixture.probe.value(gauge::partial_bytes) >= 80'000; });
  CHECK(fixture.probe.value(gauge::partial_bytes) < 80'000 * 1.3);
  one.send(client_frame(0, "z"));
  CHECK(fixture.wait_for_messages(1)[0].size() == 50'001);
  wait_until([&] { return fixture.probe.value(gauge::partial_bytes) < 40'000; });
  two.close();
  wait_until([&] { return fixture.probe.value(gauge::partial_bytes) == 0; });
  CHECK(fixture.probe.value(gauge::inbound_bytes) == 0);
}

TEST_CASE("messages that await an answer are counted in bytes") {
  socket_fixture fixture;
  fixture.on_message = [](net::session&, const net::bytes_ptr&, bool) {};
  auto client = fixture.connect();
  client.send(client_frame(1, std::string(1'000, 'a')) + client_frame(1, std::string(500, 'b')));
  fixture.wait_for_messages(2);
  CHECK(fixture.probe.value(gauge::inbound_bytes) == 1'500);
  fixture.with_session([](net::session& session) { session.release_credit(1'000); });
  CHECK(fixture.probe.value(gauge::inbound_bytes) == 500);
  client.close();
  wait_until([&] { return fixture.probe.value(gauge::inbound_bytes) == 0; });
}

TEST_CASE(
    "over partial_bytes_max the client with the oldest incomplete message is closed with 1013") {
  settings::limit_settings limits;
  limits.partial_bytes_max = 100'000;
  socket_fixture fixture(limits);
  auto slow = fixture.connect();
  auto fine = fixture.connect();
  slow.send(fragment(60'000));
  wait_until([&] { return fixture.probe.value(gauge::partial_bytes) >= 60'000; });
  fine.send(fragment(60'000));
  CHECK(slow.read() == peer::frame{8, close_with(errc::overloaded)});
  CHECK(slow.read().opcode == peer::ended);
  fine.send(client_frame(0, "z"));
  CHECK(fixture.wait_for_messages(1)[0].size() == 60'001);
  CHECK(fixture.probe.value(metrics::counter::memory_cuts) == 1);
  wait_until([&] { return fixture.probe.value(gauge::partial_bytes) == 0; });
}

TEST_CASE("a single message may have frame_bytes_max bytes whatever partial_bytes_max is") {
  settings::limit_settings limits;
  limits.partial_bytes_max = 1;
  limits.frame_bytes_max = 200'000;
  socket_fixture fixture(limits);
  auto client = fixture.connect();
  client.send(client_frame(2, std::string(200'000, 'a')));
  CHECK(fixture.wait_for_messages(1)[0].size() == 200'000);
  client.send(fragment(199'999) + client_frame(0, "z"));
  CHECK(fixture.wait_for_messages(2)[1].size() == 200'000);
  CHECK(fixture.probe.value(metrics::counter::memory_cuts) == 0);
  client.send(fragment(200'000) + client_frame(0, "z"));
  CHECK(client.read() == peer::frame{8, close_with(errc::frame_too_big)});
}
