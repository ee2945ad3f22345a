// SPDX-License-Identifier: Apache-2.0
// An owner whose snapshots go in parts, for tests of one step at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "tests/cluster/log/shard_log_fixture.hpp"
#include "tests/fixtures/catch.hpp"

namespace roost::cluster {

inline constexpr std::size_t part_bytes = 40;

inline shard_log_limits slow_sync() {
  auto out = shard_log_fixture::prompt_limits();
  out.truncate_delay_ms = 500;
  return out;
}

/// An owner with the room "a" at a store that takes only small messages.
struct parts_fixture : shard_log_fixture {
  explicit parts_fixture(stores shared = std::make_shared<model::store>(1), std::uint64_t node = 1,
                         const shard_log_limits& limits = prompt_limits())
      : shard_log_fixture(std::move(shared), node, limits) {
    store->set_snapshot_bytes_max(part_bytes);
    serve(static_cast<std::int64_t>(node) * 1'000'000);
    load("a");
  }
  /// Stores a push and its snapshot.
  void store_push(std::uint64_t number) {
    push("a", number);
    run();
    capture("a");
    run();
    REQUIRE(take<shard_effects::stored_snapshot>());
  }
  /// Answers requests until one of this kind is next.
  template <class Request>
  void run_to() {
    poll();
    for (int i = 0; i < 50; ++i) {
      REQUIRE_FALSE(requests.empty());
      if (std::holds_alternative<Request>(requests.at(0).body)) return;
      auto request = std::move(requests.at(0));
      requests.erase(requests.begin());
      log.answer(request.id, store->execute(request, 0), now);
      poll();
    }
    FAIL("no such request");
  }
  template <class Request>
  Request next() const {
    return std::get<Request>(requests.at(0).body);
  }
  sequence covered() const { return store->newest("a")->covered; }
};

/// The room as a new owner loads it.
inline std::optional<shard_effects::loaded> load_by_other(const shard_log_fixture::stores& shared) {
  shard_log_fixture other(shared, 9);
  other.serve(9'000'000);
  other.log.load(topic{"a"});
  other.run();
  return other.take<shard_effects::loaded>();
}

}  // namespace roost::cluster
