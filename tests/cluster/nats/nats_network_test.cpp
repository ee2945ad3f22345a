// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/nats_network.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/cluster/nats/network_fixture.hpp"

namespace {

using namespace roost;
using cluster::contract::slice_of;
using tests::nats_server;
using tests::network_node;
using texts = std::vector<std::string>;

texts numbers_below(int end) {
  texts out;
  for (int i = 0; i < end; ++i) out.push_back(std::to_string(i));
  return out;
}

/// Kills the server, and waits until all nodes know.
void kill(nats_server& server, const std::vector<const network_node*>& nodes) {
  server.kill();
  for (const auto* each : nodes) {
    while (each->main.is_connected() || each->heartbeats.is_connected()) {
      std::this_thread::sleep_for(milliseconds{1});
    }
  }
}

/// Sends frames of 1 MB until one is refused, and returns the number of the others. More than the
/// kernel takes is unsent then, if the server is paused.
std::size_t fill(network_node& node, std::uint64_t to) {
  const auto frame = slice_of(std::string(1'000'000, 'x'));
  std::size_t sent = 0;
  while (sent < 1'000 && node.network->send_frame(node_id{to}, frame)) ++sent;
  return sent;
}

}  // namespace

TEST_CASE("frames reach their node and no other, in order") {
  const nats_server server;
  network_node one(server, 1);
  network_node two(server, 2);
  for (int i = 0; i < 500; ++i) {
    REQUIRE(one.send(2, std::to_string(i)));
    REQUIRE(two.send(1, std::to_string(i)));
  }
  REQUIRE(one.home.run_until([&] { return one.heard.events.size() >= 500; }));
  REQUIRE(two.home.run_until([&] { return two.heard.events.size() >= 500; }));
  CHECK(one.heard.events == numbers_below(500));
  CHECK(two.heard.events == numbers_below(500));
  CHECK(one.heard.heartbeats.empty());
  const auto counts = one.network->counts();
  CHECK(counts.frames_sent == 500);
  CHECK(counts.frame_bytes_sent == 10 + 2 * 90 + 3 * 400);
  CHECK(counts.frames_received == 500);
  CHECK(counts.frame_bytes_received == counts.frame_bytes_sent);
  CHECK(counts.frames_dropped == 0);
}

TEST_CASE("a node hears its own heartbeats and those of the others") {
  const nats_server server;
  network_node one(server, 1);
  network_node two(server, 2);
  one.beat("of one");
  CHECK(one.home.run_until([&] { return one.heard.heartbeats == texts{"of one"}; }));
  CHECK(two.home.run_until([&] { return two.heard.heartbeats == texts{"of one"}; }));
  two.beat("of two");
  CHECK(one.home.run_until([&] { return one.heard.heartbeats == texts{"of one", "of two"}; }));
  CHECK(one.heard.events.empty());
  CHECK(one.network->counts().heartbeats_sent == 1);
  CHECK(one.network->counts().heartbeats_received == 2);
}

TEST_CASE("heartbeats go on while the connection of the frames is stuck") {
  nats_server of_frames;
  const nats_server of_heartbeats;
  network_node one(of_frames, of_heartbeats, 1);
  network_node two(of_frames, of_heartbeats, 2);
  of_frames.pause();
  CHECK(fill(one, 2) > 10);
  CHECK_FALSE(one.network->is_writable());
  one.beat("a");
  CHECK(one.home.run_until([&] { return one.heard.heartbeats == texts{"a"}; }));
  CHECK(two.home.run_until([&] { return two.heard.heartbeats == texts{"a"}; }));
  CHECK_FALSE(one.network->is_writable());
  of_frames.proceed();
}

TEST_CASE("a full connection takes no frames, and its handler hears when it does again") {
  nats_server server;
  cluster::network_limits limits;
  limits.unsent_bytes_max = 2U << 20U;
  limits.inbox.frame_bytes_max = 512U << 20U;
  network_node one(server, 1, limits);
  network_node two(server, 2, limits);
  CHECK(one.network->is_writable());
  server.pause();
  const auto sent = fill(one, 2);
  CHECK(one.network->counts().frames_sent == sent);
  CHECK(one.network->counts().frames_refused == 1);
  CHECK(one.network->counts().unsent_bytes > limits.unsent_bytes_max);
  CHECK_FALSE(one.network->is_writable());
  one.home.run();
  CHECK(one.heard.writable == 0);
  server.proceed();
  CHECK(one.home.run_until([&] { return one.heard.writable > 0; }));
  CHECK(one.network->is_writable());
  REQUIRE(one.send(2, "last"));
  CHECK(two.home.run_until([&] { return two.heard.events.size() == sent + 1; }));
  CHECK(two.heard.events.back() == "last");
  CHECK(one.heard.writable == 1);
}

TEST_CASE("a restart of the server is reported between the frames before and after it") {
  nats_server server;
  network_node one(server, 1);
  network_node two(server, 2);
  REQUIRE(one.send(2, "before"));
  REQUIRE(two.await_frames(1));
  kill(server, {&one, &two});
  server.start();
  one.await_subscribed();
  two.await_subscribed();
  REQUIRE(one.send(2, "after"));
  REQUIRE(two.await_frames(2));
  // All of it waits, and is handed over in order.
  two.home.run();
  CHECK(two.heard.events == texts{"before", "lost", "back", "after"});
  CHECK(two.network->counts().reconnects == 1);
  CHECK(two.network->counts().heartbeat_reconnects == 1);
}

TEST_CASE("nothing that is sent while the server is away arrives later") {
  nats_server server;
  network_node one(server, 1);
  network_node two(server, 2);
  kill(server, {&one, &two});
  CHECK_FALSE(one.network->is_writable());
  CHECK_FALSE(one.send(2, "away"));
  one.beat("away");
  CHECK(one.network->counts().frames_refused == 1);
  CHECK(one.network->counts().heartbeats_refused == 1);
  server.start();
  one.await_subscribed();
  two.await_subscribed();
  REQUIRE(one.home.run_until([&] { return one.heard.writable == 1; }));
  REQUIRE(one.send(2, "after"));
  one.beat("after");
  REQUIRE(two.home.run_until([&] { return two.heard.events.size() >= 3; }));
  REQUIRE(two.home.run_until([&] { return !two.heard.heartbeats.empty(); }));
  CHECK(two.heard.events == texts{"lost", "back", "after"});
  CHECK(two.heard.heartbeats == texts{"after"});
}

TEST_CASE("what is under way when the server ends does not arrive later") {
  nats_server server;
  network_node one(server, 1);
  network_node two(server, 2);
  server.pause();
  const auto sent = fill(one, 2);
  one.beat("before");
  kill(server, {&one, &two});
  server.start();
  one.await_subscribed();
  two.await_subscribed();
  REQUIRE(one.send(2, "after"));
  one.beat("after");
  REQUIRE(two.home.run_until([&] { return two.heard.events.size() >= 3; }));
  REQUIRE(two.home.run_until([&] { return !two.heard.heartbeats.empty(); }));
  CHECK(sent > 0);
  CHECK(two.heard.events == texts{"lost", "back", "after"});
  CHECK(two.heard.heartbeats == texts{"after"});
}

TEST_CASE("a network that begins before its server does is writable when it connects") {
  nats_server server;
  network_node one(server, 1);
  kill(server, {&one});
  one.network.reset();
  one.open();
  CHECK_FALSE(one.network->is_writable());
  server.start();
  CHECK(one.home.run_until([&] { return one.heard.writable == 1; }));
  CHECK(one.network->is_writable());
  CHECK(one.heard.events.empty());
}

TEST_CASE("bytes that no node sends are passed on, and other subjects are counted") {
  const nats_server server;
  network_node one(server, 1);
  network_node stranger(server, 2);
  const std::string bytes("\0\xff\r\nPUB x 0", 11);
  for (const std::string subject : {"c.n.1.f", "c.n.1.g", "c.n.1.f.f", "c.n.1.r.1", "c.hb.3",
                                    "c.hb.x", "c.hb.3.4", "c.hb.99999999999999999999"}) {
    REQUIRE(stranger.main.publish(subject, slice_of(bytes)));
  }
  REQUIRE(stranger.main.publish("c.n.1.f", slice_of("")));
  REQUIRE(one.home.run_until([&] {
    return one.heard.events.size() == 2 && one.network->counts().foreign == 5 &&
           !one.heard.heartbeats.empty();
  }));
  CHECK(one.heard.events == texts{bytes, ""});
  CHECK(one.heard.heartbeats == texts{bytes});
}

TEST_CASE("frames that the thread of the links does not take are dropped behind a break") {
  const nats_server server;
  cluster::network_limits limits;
  limits.inbox.frame_bytes_max = 10'000;
  network_node one(server, 1);
  network_node two(server, 2, limits);
  const std::string frame(1'000, 'x');
  for (int i = 0; i < 20; ++i) REQUIRE(one.send(2, frame));
  REQUIRE(two.await_frames(20));
  REQUIRE(two.home.run_until([&] { return two.heard.events.size() >= 11; }));
  CHECK(two.heard.events ==
        texts{frame, frame, frame, frame, frame, frame, frame, frame, frame, "lost", "back"});
  CHECK(two.network->counts().frames_dropped == 11);
  REQUIRE(one.send(2, "next"));
  REQUIRE(two.home.run_until([&] { return two.heard.events.size() >= 12; }));
  CHECK(two.heard.events.back() == "next");
}

TEST_CASE("of the heartbeats that the thread of the links does not take the newest stay") {
  const nats_server server;
  cluster::network_limits limits;
  limits.inbox.heartbeats_of_node_max = 2;
  network_node one(server, 1);
  network_node two(server, 2, limits);
  two.beat("other");
  REQUIRE(two.await([](const auto& counts) { return counts.heartbeats_received == 1; }));
  for (int i = 0; i < 10; ++i) one.beat(std::to_string(i));
  REQUIRE(two.await([](const auto& counts) { return counts.heartbeats_received == 11; }));
  two.home.run();
  CHECK(two.heard.heartbeats == texts{"other", "8", "9"});
  CHECK(two.network->counts().heartbeats_dropped == 8);
}

TEST_CASE("a message above the bound of the server is refused and counted") {
  const nats_server server("max_payload: 65536\n");
  network_node one(server, 1);
  network_node two(server, 2);
  const std::string largest(65'536, 'x');
  CHECK_FALSE(one.send(2, largest + 'x'));
  one.beat(largest + 'x');
  CHECK(one.network->counts().frames_too_large == 1);
  CHECK(one.network->counts().frames_refused == 0);
  CHECK(one.network->counts().heartbeats_refused == 1);
  CHECK(one.send(2, largest));
  one.beat(largest);
  CHECK(two.home.run_until([&] { return two.heard.events == texts{largest}; }));
  CHECK(two.home.run_until([&] { return two.heard.heartbeats == texts{largest}; }));
}

TEST_CASE("a network ends while messages arrive, and nothing is heard afterwards") {
  const nats_server server;
  network_node one(server, 1);
  network_node two(server, 2);
  std::atomic<bool> is_over{false};
  std::thread sender([&] {
    while (!is_over) {
      (void)one.main.publish("c.n.2.f", slice_of("frame"));
      (void)one.heartbeats.publish("c.hb.1", slice_of("beat"));
      std::this_thread::sleep_for(std::chrono::microseconds{20});
    }
  });
  bool has_heard = true;
  for (int times = 0; times < 20 && has_heard; ++times) {
    const auto before = two.heard.events.size();
    has_heard = two.home.run_until([&] { return two.heard.events.size() > before; });
    two.network.reset();
    const auto last = two.heard.events.size() + two.heard.heartbeats.size();
    std::this_thread::sleep_for(milliseconds{1});
    two.home.run();
    CHECK(two.heard.events.size() + two.heard.heartbeats.size() == last);
    two.open();
  }
  is_over = true;
  sender.join();
  CHECK(has_heard);
}
