// SPDX-License-Identifier: Apache-2.0
// A membership with a clock, and others whose heartbeats it hears.
#pragma once

#include <cstdint>
#include <vector>

#include "cluster/view/membership.hpp"
#include "tests/cluster/view/heartbeats.hpp"

namespace roost::cluster::tests {

using namespace std::chrono_literals;

/// Node 1, its clock, and others whose heartbeats the test sends. Its own heartbeats come back
/// 10 ms after they were sent unless it is deaf, and its store answers unless it is silent.
struct member_fixture {
  time_point now = test_start;
  membership node{node_id{1}, "node-1", "0.1.0", view_times{}, view_faults{}, now};
  bool is_deaf = false;
  bool is_store_silent = false;
  std::vector<std::uint64_t> peers;  // those that send heartbeats
  bool peers_have_store = true;
  std::uint64_t number = 0;
  std::vector<heartbeat> sent;
  unsigned verified = 0;
  unsigned store_questions = 0;
  bool is_refused = false;

  heartbeat last() const { return sent.back(); }
  void step() {
    const auto effects = node.step(now);
    verified += effects.must_verify ? 1 : 0;
    is_refused = is_refused || effects.name_holder != node_id{};
    if (effects.asks_store) {
      ++store_questions;
      if (!is_store_silent) node.store_answered(now);
    }
    if (effects.is_heartbeat_due) sent.push_back(node.next_heartbeat(now));
  }
  void hear_peers() {
    ++number;
    for (const auto peer : peers) {
      auto heard = heartbeat_of(peer, number);
      heard.is_store_answering = peers_have_store;
      node.hear(heard, now);
    }
  }
  void run(milliseconds time) {
    const auto end = now + time;
    while (now < end) {
      const auto before = sent.size();
      step();
      now += 10ms;
      if (!is_deaf && sent.size() > before) node.hear(last(), now);
      if ((now - test_start) % 250ms == 0ms) hear_peers();
    }
  }
  bool sees(std::uint64_t id) const { return node.view().find(node_id{id}) != nullptr; }
  node_state state_of(std::uint64_t id) const { return node.view().find(node_id{id})->state; }
};

}  // namespace roost::cluster::tests
