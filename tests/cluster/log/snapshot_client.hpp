// SPDX-License-Identifier: Apache-2.0
// Requests to a snapshot store one at a time, for its contract tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cluster/log/snapshot_store.hpp"
#include "tests/cluster/log/store_answers.hpp"
#include "tests/fixtures/catch.hpp"

namespace roost::cluster::contract {

inline constexpr shard_id snapshots_a{0};
inline constexpr shard_id snapshots_b{4'000'000'000};

/// Sends one request and waits for its answer.
template <class Fixture>
struct snapshot_client {
  write_result put(shard_id shard, std::string key, sequence expected, std::string_view text) {
    awaited<write_result> answer;
    fixture.store().put(shard, std::move(key), expected, slice_of(text), answer.callback());
    fixture.settle();
    return answer.get();
  }
  /// Puts a key for the first time.
  sequence put_new(shard_id shard, std::string key, std::string_view text) {
    const auto got = put(shard, std::move(key), sequence{}, text);
    REQUIRE(got.outcome == write_outcome::stored);
    REQUIRE(got.at > sequence{});
    return got.at;
  }
  write_result remove(shard_id shard, std::string key, sequence expected) {
    awaited<write_result> answer;
    fixture.store().remove(shard, std::move(key), expected, answer.callback());
    fixture.settle();
    return answer.get();
  }
  write_result put_part(shard_id shard, std::string key, std::string_view text) {
    awaited<write_result> answer;
    fixture.store().put_part(shard, std::move(key), slice_of(text), answer.callback());
    fixture.settle();
    return answer.get();
  }
  write_result remove_parts(shard_id shard, std::string key, sequence first_kept) {
    awaited<write_result> answer;
    fixture.store().remove_parts(shard, std::move(key), first_kept, answer.callback());
    fixture.settle();
    return answer.get();
  }
  snapshot_page get(shard_id shard, std::vector<std::string> keys) {
    awaited<result<snapshot_page>> answer;
    fixture.store().get(shard, std::move(keys), answer.callback());
    fixture.settle();
    return *answer.get();
  }
  snapshot_page list(shard_id shard, std::string after, std::size_t max,
                     std::size_t headers_max = 1'000) {
    awaited<result<snapshot_page>> answer;
    fixture.store().list(shard, std::move(after), max, headers_max, answer.callback());
    fixture.settle();
    return *answer.get();
  }
  snapshot_page list_parts(shard_id shard, std::string after, std::size_t max) {
    awaited<result<snapshot_page>> answer;
    fixture.store().list_parts(shard, std::move(after), max, answer.callback());
    fixture.settle();
    return *answer.get();
  }
  bool holds(shard_id shard, const std::string& key, sequence at, std::string_view text) {
    const auto page = get(shard, {key});
    return page.messages.size() == 1 && page.messages[0].key == key && page.messages[0].at == at &&
           page.messages[0].data.view() == text && page.up_to >= at;
  }
  std::vector<std::string> keys(shard_id shard) {
    std::vector<std::string> out;
    for (const auto& each : list(shard, "", 1'000).messages) out.push_back(each.key);
    return out;
  }
  Fixture& fixture;
};

using key_list = std::vector<std::string>;

}  // namespace roost::cluster::contract
