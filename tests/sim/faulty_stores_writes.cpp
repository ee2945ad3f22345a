// SPDX-License-Identifier: Apache-2.0
// Writes that arrive at the stores.
#include <optional>
#include <string>
#include <utility>

#include "tests/sim/answer_into.hpp"
#include "tests/sim/faulty_stores.hpp"

namespace roost::sim {

using cluster::sequence;
using cluster::shard_id;
using cluster::write_outcome;
using cluster::write_result;

write_result faulty_stores::append(shard_id shard, sequence expected_last, const slice& message) {
  std::optional<write_result> out;
  logs_.append(shard, expected_last, message, into(out));
  auto& young = young_messages_[shard];
  if (out->outcome == write_outcome::stored) remember(young, out->at);
  if (out->outcome == write_outcome::full) ++counts_.full;
  return std::move(*out);
}

write_result faulty_stores::purge(shard_id shard, sequence first_kept, time_point sent_at) {
  std::optional<result<cluster::log_state>> before;
  logs_.read_state(shard, into(before));
  std::optional<write_result> out;
  logs_.purge(shard, first_kept, into(out));
  const bool removes = out->outcome == write_outcome::stored && (*before)->first < first_kept;
  if (removes && time_.now() > sent_at + faults_.timeout) ++counts_.late_purges;
  if (out->outcome != write_outcome::refused || !faults_.purges_lift_last) return std::move(*out);
  ++counts_.lifting_purges;
  logs_.skip_to(shard, first_kept);
  return {write_outcome::stored, {}, {}};
}

write_result faulty_stores::put(shard_id shard, const std::string& name, sequence expected,
                                const slice& message) {
  std::optional<write_result> out;
  snapshots_.put(shard, name, expected, message, into(out));
  return count(std::move(*out));
}

write_result faulty_stores::put_part(shard_id shard, const std::string& name, const slice& part) {
  std::optional<write_result> out;
  snapshots_.put_part(shard, name, part, into(out));
  if (out->outcome == write_outcome::stored) ++counts_.parts;
  return count(std::move(*out));
}

write_result faulty_stores::count(write_result put) {
  if (put.outcome == write_outcome::stored) remember(young_snapshots_, put.at);
  if (put.outcome == write_outcome::full) ++counts_.full;
  return put;
}

write_result faulty_stores::remove(shard_id shard, const std::string& name, sequence expected) {
  std::optional<write_result> out;
  snapshots_.remove(shard, name, expected, into(out));
  if (out->outcome == write_outcome::stored && !cluster::is_part_key(name)) {
    ++counts_.removed;
    removed_.emplace_back(shard, name);
  }
  return std::move(*out);
}

std::size_t faulty_stores::writes_behind() {
  if (!random_.chance(faults_.stale_reads_permille)) return 0;
  ++counts_.stale_reads;
  return random_.between(1, faults_.stale_writes_max);
}

}  // namespace roost::sim
