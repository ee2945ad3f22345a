// SPDX-License-Identifier: Apache-2.0
#include "cluster/transfer/export_rules.hpp"

#include "cluster/log/snapshot_key.hpp"
#include "cluster/transfer/message_words.hpp"
#include "cluster/wire/log_codec.hpp"

namespace roost::cluster {
namespace {

std::string in_shard(shard_id shard) { return "shard " + number(shard.value); }

}  // namespace

std::string export_rules::problem_with(const export_part& part) {
  return std::visit([this](const auto& each) { return check(each); }, part);
}

std::string export_rules::check(const export_parts::store& part) {
  if (identity_) return "the store is named twice";
  const auto found = wire::decode_identity(part.identity);
  if (!found) return "identity: " + unreadable(found.why);
  if (found.value.shards == 0) return "identity: it has no shard";
  if (part.at.value == 0 || part.at > part.last_snapshot) {
    return "identity: its sequence is not possible";
  }
  identity_ = found.value;
  last_snapshot_ = part.last_snapshot;
  return {};
}

std::string export_rules::check(const export_parts::shard& part) {
  if (!identity_) return "the identity is missing";
  if (!is_log_complete()) return in_shard(shard_.id) + ": the log is not complete";
  if (part.id.value != shards_begun_ || part.id.value >= identity_->shards) {
    return in_shard(part.id) + ": it is not the next shard";
  }
  const bool is_possible = part.first.value > 0 && part.last.value < ~std::uint64_t{0} &&
                           part.first.value <= part.last.value + 1;
  if (!is_possible) return in_shard(part.id) + ": the log cannot begin and end there";
  ++shards_begun_;
  shard_ = part;
  next_ = part.first;
  last_key_.clear();
  return {};
}

std::string export_rules::check(const export_parts::log_message& part) {
  const auto place = in_shard(shard_.id) + ", sequence " + number(part.at.value) + ": ";
  if (shards_begun_ == 0 || part.at != next_ || part.at > shard_.last || !last_key_.empty()) {
    return place + "the log has a gap here";
  }
  const auto found = wire::decode_log_entry(part.data);
  if (!found) return place + unreadable(found.why);
  next_ = sequence{part.at.value + 1};
  ++totals_.log_messages;
  return {};
}

std::string export_rules::check(const export_parts::snapshot& part) {
  const auto place = in_shard(shard_.id) + ", snapshot " + part.key + ": ";
  if (shards_begun_ == 0 || !is_log_complete() || part.key <= last_key_) {
    return place + "it is not in order";
  }
  if (part.at.value == 0 || part.at > last_snapshot_) {
    return place + "its sequence is not possible";
  }
  if (part.key == barrier_key) {
    const auto found = wire::decode_barrier(part.data);
    if (!found) return place + unreadable(found.why);
  } else if (const auto problem = problem_of_room(part); !problem.empty()) {
    return place + problem;
  }
  last_key_ = part.key;
  ++totals_.snapshots;
  return {};
}

std::string export_rules::problem_of_room(const export_parts::snapshot& part) const {
  const auto found = wire::decode_snapshot(part.data);
  if (!found) return unreadable(found.why);
  const auto& room = found.value.topic;
  if (snapshot_key(room) != part.key) return "it is of another room";
  if (shard_of(identity_->key, identity_->shards, room.name) != shard_.id) {
    return "its room belongs to another shard";
  }
  return {};
}

std::string export_rules::check(const export_parts::end& part) {
  if (!identity_ || shards_begun_ != identity_->shards || !is_log_complete()) {
    return "it ends before its last shard";
  }
  const bool is_right =
      part.log_messages == totals_.log_messages && part.snapshots == totals_.snapshots;
  return is_right ? std::string{} : "its end names other totals";
}

}  // namespace roost::cluster
