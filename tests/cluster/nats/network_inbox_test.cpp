// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/network_inbox.hpp"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/cluster/nats/network_fixture.hpp"

namespace {

using namespace roost;
using cluster::contract::slice_of;
using texts = std::vector<std::string>;

struct inbox_fixture {
  explicit inbox_fixture(const cluster::inbox_limits& limits = {})
      : inbox(std::make_shared<cluster::network_inbox>(home.seam(), heard, limits)) {}
  tests::played_thread home;
  tests::network_recorder heard;
  std::shared_ptr<cluster::network_inbox> inbox;
};

}  // namespace

TEST_CASE("a burst is handed over with one post, heartbeats first and the rest in its order") {
  inbox_fixture it;
  it.inbox->push_frame(slice_of("1"));
  it.inbox->push_lost();
  it.inbox->push_back();
  it.inbox->push_heartbeat(node_id{1}, slice_of("beat"));
  it.inbox->push_frame(slice_of("2"));
  CHECK(it.home.posts() == 0);
  it.inbox->hand_over();
  it.inbox->push_frame(slice_of("3"));
  it.inbox->hand_over();
  CHECK(it.home.posts() == 1);
  it.heard.on_event = [&] { CHECK(it.heard.heartbeats.size() == 1); };
  it.home.run();
  CHECK(it.heard.events == texts{"1", "lost", "back", "2", "3"});
  it.inbox->hand_over();
  CHECK(it.home.posts() == 1);
  const auto counts = it.inbox->counts();
  CHECK(counts.frames_received == 3);
  CHECK(counts.frame_bytes_received == 3);
  CHECK(counts.heartbeats_received == 1);
}

TEST_CASE("more than a delivery takes is posted again, and new heartbeats overtake it") {
  cluster::inbox_limits limits;
  limits.handed_over_bytes_max = 1;
  inbox_fixture it(limits);
  for (const auto* each : {"1", "2", "3"}) it.inbox->push_frame(slice_of(each));
  it.inbox->hand_over();
  it.home.run();
  CHECK(it.heard.events == texts{"1"});
  it.inbox->push_heartbeat(node_id{1}, slice_of("beat"));
  it.inbox->hand_over();
  it.home.run();
  CHECK(it.heard.heartbeats == texts{"beat"});
  CHECK(it.heard.events == texts{"1", "2"});
  it.home.run();
  CHECK(it.heard.events == texts{"1", "2", "3"});
  CHECK(it.home.posts() == 3);
}

TEST_CASE("the handler hears once that the network is writable again") {
  inbox_fixture it;
  it.inbox->push_writable();
  it.inbox->push_writable();
  it.inbox->hand_over();
  it.home.run();
  it.home.run();
  CHECK(it.heard.writable == 1);
}

TEST_CASE("what does not fit is dropped and counted") {
  cluster::inbox_limits limits;
  limits.frame_bytes_max = 1'000;
  limits.heartbeats_of_node_max = 2;
  inbox_fixture it(limits);
  for (int i = 0; i < 3; ++i) it.inbox->push_heartbeat(node_id{1}, slice_of(std::to_string(i)));
  it.inbox->push_frame(slice_of("1"));
  it.inbox->push_frame(slice_of(std::string(1'000, 'x')));
  it.inbox->push_frame(slice_of("2"));
  it.inbox->hand_over();
  it.home.run();
  CHECK(it.heard.heartbeats == texts{"1", "2"});
  CHECK(it.heard.events == texts{"1", "lost", "back"});
  const auto counts = it.inbox->counts();
  CHECK(counts.heartbeats_dropped == 1);
  CHECK(counts.frames_received == 3);
  CHECK(counts.frames_dropped == 2);
}

TEST_CASE("a closed inbox posts nothing, and what was posted before has no effect") {
  inbox_fixture it;
  it.inbox->push_frame(slice_of("1"));
  it.inbox->hand_over();
  it.inbox->close();
  it.inbox->push_frame(slice_of("2"));
  it.inbox->push_heartbeat(node_id{1}, slice_of("beat"));
  it.inbox->push_lost();
  it.inbox->push_back();
  it.inbox->push_writable();
  it.inbox->hand_over();
  CHECK(it.home.posts() == 1);
  it.home.run();
  CHECK(it.heard.events.empty());
  CHECK(it.heard.heartbeats.empty());
  CHECK(it.heard.writable == 0);
}

TEST_CASE("an inbox may be closed by its handler, which hears nothing more") {
  inbox_fixture it;
  for (const auto* each : {"1", "2"}) it.inbox->push_frame(slice_of(each));
  it.inbox->push_writable();
  it.inbox->hand_over();
  it.heard.on_event = [&] {
    it.inbox->close();
    it.inbox.reset();
  };
  it.home.run();
  CHECK(it.heard.events == texts{"1"});
  CHECK(it.heard.writable == 0);
}

TEST_CASE("several threads push, and everything arrives once and in the order of its thread") {
  inbox_fixture it;
  constexpr int each = 2'000;
  std::vector<std::thread> threads;
  for (const std::string name : {"a", "b"}) {
    threads.emplace_back([&it, name] {
      for (int i = 0; i < each; ++i) {
        it.inbox->push_frame(slice_of(name + std::to_string(i)));
        it.inbox->hand_over();
      }
    });
  }
  const bool has_all =
      it.home.run_until([&] { return it.heard.events.size() == 2 * std::size_t{each}; });
  for (auto& thread : threads) thread.join();
  REQUIRE(has_all);
  int next_a = 0;
  int next_b = 0;
  for (const auto& got : it.heard.events) {
    CHECK(got == got.substr(0, 1) + std::to_string(got.front() == 'a' ? next_a++ : next_b++));
  }
}

TEST_CASE("an overrun is told once and counted once, however many frames it drops") {
  cluster::inbox_limits limits;
  limits.frame_bytes_max = 1'000;
  inbox_fixture it(limits);
  const auto fill = [&] {
    it.inbox->push_frame(slice_of("1"));
    for (int i = 0; i < 5; ++i) it.inbox->push_frame(slice_of(std::string(1'000, 'x')));
    it.inbox->hand_over();
    it.home.run();
  };
  fill();
  CHECK(it.heard.events == texts{"1", "lost", "back"});
  CHECK(it.inbox->counts().overruns == 1);
  CHECK(it.inbox->counts().frames_dropped == 5);
  fill();
  CHECK(it.heard.events == texts{"1", "lost", "back", "1", "lost", "back"});
  CHECK(it.inbox->counts().overruns == 2);
}
