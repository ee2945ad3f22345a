// SPDX-License-Identifier: Apache-2.0
// Requests to a log store one at a time, for its contract tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/log/log_store.hpp"
#include "tests/cluster/log/store_answers.hpp"
#include "tests/fixtures/catch.hpp"

namespace roost::cluster::contract {

inline constexpr shard_id log_a{0};
inline constexpr shard_id log_b{500'000};

/// Sends one request and waits for its answer.
template <class Fixture>
struct log_client {
  write_result append(shard_id shard, std::uint64_t expected, std::string_view text) {
    awaited<write_result> answer;
    fixture.store().append(shard, sequence{expected}, slice_of(text), answer.callback());
    fixture.settle();
    return answer.get();
  }
  void append_all(shard_id shard, std::uint64_t from, std::uint64_t to) {
    for (auto at = from; at <= to; ++at) {
      REQUIRE(is_stored(append(shard, at - 1, "message " + std::to_string(at)), sequence{at}));
    }
  }
  write_result purge(shard_id shard, std::uint64_t first_kept) {
    awaited<write_result> answer;
    fixture.store().purge(shard, sequence{first_kept}, answer.callback());
    fixture.settle();
    return answer.get();
  }
  log_state state(shard_id shard) {
    awaited<result<log_state>> answer;
    fixture.store().read_state(shard, answer.callback());
    fixture.settle();
    return *answer.get();
  }
  log_page read(shard_id shard, std::uint64_t from, std::size_t bytes_max = 1'000'000) {
    awaited<result<log_page>> answer;
    fixture.store().read(shard, sequence{from}, bytes_max, answer.callback());
    fixture.settle();
    return *answer.get();
  }
  /// The sequences of a log's messages; checks that each has the text of append_all().
  std::vector<std::uint64_t> sequences(shard_id shard) {
    std::vector<std::uint64_t> out;
    for (const auto& each : read(shard, 0).messages) {
      CHECK(each.data.view() == "message " + std::to_string(each.at.value));
      out.push_back(each.at.value);
    }
    return out;
  }
  Fixture& fixture;
};

using sequence_list = std::vector<std::uint64_t>;

}  // namespace roost::cluster::contract
