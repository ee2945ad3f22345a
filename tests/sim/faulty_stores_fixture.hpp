// SPDX-License-Identifier: Apache-2.0
// Two nodes at faulty stores, and requests to them one after another.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/cluster/log/log_client.hpp"
#include "tests/cluster/log/snapshot_client.hpp"
#include "tests/sim/faulty_stores.hpp"

namespace roost::sim {

using cluster::log_state;
using cluster::log_store;
using cluster::snapshot_page;
using cluster::snapshot_store;
using cluster::write_outcome;

namespace contract = cluster::contract;

inline constexpr cluster::shard_id shard{2};

/// Two nodes at faulty stores.
struct stores_fixture {
  static constexpr bool runs_on_one_thread = true;
  explicit stores_fixture(store_faults faults = {}, std::uint64_t seed = 7)
      : all(time, dice(seed), faults, 2), nodes{all.join(0), all.join(1)} {}
  void settle() {
    while (all.next_due() != time_point::max()) {
      time.advance_to(all.next_due());
      all.deliver_one();
    }
  }
  void settle_until(time_point end) {
    while (all.next_due() <= end) {
      time.advance_to(all.next_due());
      all.deliver_one();
    }
    time.advance_to(end);
  }
  void fill() { all.set_full(true); }
  void make_space() { all.set_full(false); }
  tests::virtual_time time;
  faulty_stores all;
  faulty_stores::node_stores nodes[2];
};

struct log_fixture : stores_fixture {
  using stores_fixture::stores_fixture;
  log_store& store() { return *nodes[0].logs; }
};

struct snapshots_fixture : stores_fixture {
  using stores_fixture::stores_fixture;
  snapshot_store& store() { return *nodes[0].snapshots; }
};

/// Appends behind what is stored, `count` times, each after the answer to the one before.
inline std::vector<write_outcome> append_often(log_fixture& fixture, int count) {
  std::vector<write_outcome> out;
  for (int i = 0; i < count; ++i) {
    std::optional<log_state> state;
    fixture.all.logs().read_state(shard, [&](const result<log_state>& got) { state = *got; });
    fixture.store().append(shard, state->last, contract::slice_of("message"),
                           [&](cluster::write_result got) { out.push_back(got.outcome); });
    while (out.size() <= static_cast<std::size_t>(i)) {
      fixture.time.advance_to(fixture.all.next_due());
      fixture.all.deliver_one();
    }
  }
  return out;
}

inline std::uint64_t count(const std::vector<write_outcome>& all, write_outcome outcome) {
  return static_cast<std::uint64_t>(std::ranges::count(all, outcome));
}

inline std::uint64_t last_of(stores_fixture& fixture) {
  std::uint64_t out = 0;
  fixture.all.logs().read_state(shard,
                                [&](const result<log_state>& got) { out = got->last.value; });
  return out;
}

/// Puts one room behind what is stored, each after the answer to the one before.
inline void put_often(snapshots_fixture& fixture, int times) {
  for (int i = 0; i < times; ++i) {
    cluster::sequence expected;
    fixture.all.snapshots().get(shard, {"room"}, [&](const result<snapshot_page>& got) {
      if (!got->messages.empty()) expected = got->messages[0].at;
    });
    fixture.store().put(shard, "room", expected, contract::slice_of(std::to_string(i)),
                        [](cluster::write_result) {});
    fixture.settle();
  }
}

}  // namespace roost::sim
