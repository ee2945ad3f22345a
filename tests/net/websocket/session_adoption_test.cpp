// SPDX-License-Identifier: Apache-2.0
#include "net/websocket/session_adoption.hpp"

#include <future>

#include "net/loop/session_registry.hpp"
#include "net/websocket/frames.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/socket_fixture.hpp"
#include "tests/net/websocket/client_frames.hpp"

namespace {

using namespace roost;
using tests::client_frame;
using tests::close_payload;
using tests::socket_fixture;
using counter = metrics::counter;

void echo(net::session& session, const net::bytes_ptr& data, bool is_binary) {
  const auto kind = is_binary ? net::encoded_kind::binary : net::encoded_kind::text;
  session.send(net::encoded_ptr::copy(kind, data->view()), net::flush_class::small);
  session.release_credit(static_cast<std::uint32_t>(data->size()));
}

}  // namespace

TEST_CASE("a message is delivered whole and the reply is sent back") {
  socket_fixture fixture;
  fixture.on_message = echo;
  auto client = fixture.connect();
  client.send(client_frame(1, "hello"));
  CHECK(client.read() == tests::peer::frame{1, "hello"});
  client.send(client_frame(2, "by") + client_frame(2, "tes"));
  CHECK(client.read().payload == "by");
  CHECK(client.read() == tests::peer::frame{2, "tes"});
}

TEST_CASE("bytes behind the upgrade request are not lost") {
  socket_fixture fixture;
  auto client = fixture.connect(client_frame(1, "early") + client_frame(1, "half").substr(0, 7));
  client.send(client_frame(1, "half").substr(7));
  CHECK(fixture.wait_for_messages(2) == std::vector<std::string>{"early", "half"});
}

TEST_CASE("a message larger than the read buffer is received and echoed whole") {
  settings::limit_settings limits;
  limits.frame_bytes_max = 1U << 22;
  limits.outbox_bytes_max = 1U << 23;
  socket_fixture fixture(limits);
  fixture.on_message = echo;
  auto client = fixture.connect();
  std::string large;
  for (std::uint32_t i = 0; large.size() < 3'000'000; ++i) large += std::to_string(i) + ",";
  client.send(client_frame(1, large));
  CHECK(client.read().payload == large);
}

TEST_CASE("frames queued in one iteration leave in order with one send") {
  socket_fixture fixture;
  auto client = fixture.connect();
  const auto before = fixture.probe.value(counter::sends);
  fixture.with_session([](net::session& session) {
    for (int i = 0; i < 100; ++i) {
      const auto urgency = i % 2 == 0 ? net::flush_class::small : net::flush_class::large;
      session.send(net::encoded_ptr::copy(net::encoded_kind::text, std::to_string(i)), urgency);
    }
  });
  for (int i = 0; i < 100; ++i) REQUIRE(client.read().payload == std::to_string(i));
  fixture.on_loop([] {});
  CHECK(fixture.probe.value(counter::sends) - before == 1);
}

TEST_CASE("connections and messages and bytes are counted") {
  socket_fixture fixture;
  fixture.on_message = echo;
  auto client = fixture.connect();
  client.send(client_frame(1, "12345"));
  CHECK(client.read().payload == "12345");
  fixture.on_loop([] {});
  CHECK(fixture.probe.value(metrics::gauge::connections) == 1);
  client.send(client_frame(8, close_payload(1000)));
  CHECK(client.read().opcode == 8);
  client.close();
  fixture.wait_until_empty();
  CHECK(fixture.probe.value(counter::connections_opened) == 1);
  CHECK(fixture.probe.value(counter::connections_closed) == 1);
  CHECK(fixture.probe.value(metrics::gauge::connections) == 0);
  CHECK(fixture.probe.value(counter::messages_in) == 1);
  CHECK(fixture.probe.value(counter::bytes_in) == 5);
  CHECK(fixture.probe.value(counter::bytes_out) == 2 + 5 + 4);
}

TEST_CASE("open sessions are notified when the loop stops") {
  socket_fixture fixture;
  auto client = fixture.connect();
  fixture.stop();
  CHECK(fixture.wait_for_closed() == 1006);
  CHECK(client.read().opcode == tests::peer::ended);
}

TEST_CASE("closed sessions leave the registry and the connection gauge") {
  socket_fixture fixture;
  fixture.on_message = echo;
  for (int i = 0; i < 200; ++i) {
    auto client = fixture.connect();
    client.send(client_frame(1, "x"));
    REQUIRE(client.read().payload == "x");
    if (i % 2 == 0) client.send(client_frame(8, ""));
    client.close();
  }
  fixture.wait_until_empty();
  CHECK(fixture.probe.value(metrics::gauge::connections) == 0);
}
