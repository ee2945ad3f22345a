// SPDX-License-Identifier: Apache-2.0
#include "cluster/transfer/shard_check.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "cluster/log/snapshot_key.hpp"
#include "cluster/transfer/message_words.hpp"
#include "cluster/wire/log_codec.hpp"

namespace roost::cluster {
namespace {

/// The message without its records; the next message is compared with it.
log_entry head_of(const log_entry& entry) {
  return {entry.log, entry.node, entry.ownership, entry.number, {}};
}

bool is_marker(const log_entry& entry) {
  return std::holds_alternative<log_entries::marker>(entry.body);
}

}  // namespace

shard_check::shard_check(const store_identity& identity, shard_id shard, sequence first,
                         sequence last, finding_list& found)
    : identity_(identity), found_(found), next_(first) {
  totals_.shard = shard;
  totals_.first = first;
  totals_.last = last;
}

void shard_check::find(const place& where, std::string text) {
  found_.add(
      {totals_.shard, where.at, std::string(where.key), std::string(where.topic), std::move(text)});
}

void shard_check::take_snapshot(std::string_view key, const slice& message, bool is_intact) {
  if (key == identity_key) return;  // it belongs to the whole store
  ++totals_.snapshots;
  totals_.snapshot_bytes += message.size;
  if (!is_intact) {
    lacks_snapshot_ = true;
    return find({{}, key, {}}, wrong_checksum);
  }
  if (key == barrier_key) return take_barrier(message);
  const auto got = wire::decode_snapshot(message);
  if (!got) {
    lacks_snapshot_ = true;
    return find({{}, key, {}}, unreadable(got.why));
  }
  const auto& snapshot = got.value;
  const auto& name = snapshot.topic.name;
  if (snapshot_key(snapshot.topic) != key) find({{}, key, name}, "it is of another room");
  if (auto why = problem_of(snapshot); !why.empty()) find({{}, key, name}, std::move(why));
  const auto newest = snapshot.epochs.empty() ? epoch{} : snapshot.epochs.back().of.number();
  rooms_[snapshot.topic] = {true, snapshot.log, snapshot.covered, newest, snapshot.head, 0};
}

void shard_check::miss_snapshot(std::string_view key, std::string text) {
  ++totals_.snapshots;
  lacks_snapshot_ = true;
  find({{}, key, {}}, std::move(text));
}

void shard_check::count_parts(std::uint64_t named, std::uint64_t orphaned) {
  totals_.parts = named;
  totals_.orphaned_parts = orphaned;
}

void shard_check::take_barrier(const slice& message) {
  const auto got = wire::decode_barrier(message);
  if (!got) return find({{}, barrier_key, {}}, unreadable(got.why));
  barrier_ = got.value.ownership;
}

/// The problem of a snapshot in itself.
std::string shard_check::problem_of(const room_snapshot& snapshot) const {
  if (shard_of(identity_.key, identity_.shards, snapshot.topic.name) != totals_.shard) {
    return "its room belongs to another shard";
  }
  const room_snapshot::epoch_start* before = nullptr;
  for (const auto& each : snapshot.epochs) {
    const bool rises =
        !before || (before->of.number() < each.of.number() && before->first <= each.first);
    if (!rises) return "its epochs do not rise";
    before = &each;
  }
  auto at = snapshot.head.value - snapshot.history.size();
  for (const auto& each : snapshot.history) {
    if (each.at.value != ++at) return "its history has a gap before event " + number(each.at.value);
  }
  return {};
}

void shard_check::take_log_message(sequence at, const slice& message, bool is_intact) {
  totals_.log_bytes += message.size;
  if (at > next_) {
    const auto last = at.value - 1;
    find({at, {}, {}}, last == next_.value ? "message " + number(last) + " before it is missing"
                                           : "messages " + number(next_.value) + " to " +
                                                 number(last) + " before it are missing");
    previous_.reset();
    ++unreadable_;
  }
  next_ = sequence{at.value + 1};
  auto got = is_intact ? wire::decode_log_entry(message) : wire::decoded<log_entry>{};
  if (!is_intact || !got) {
    find({at, {}, {}}, is_intact ? unreadable(got.why) : wrong_checksum);
    previous_.reset();
    ++unreadable_;
    return;
  }
  check_order(at, got.value);
  const auto* batch = std::get_if<log_entries::batch>(&got.value.body);
  if (!batch) return;
  for (const auto& each : batch->records) take_record(at, got.value, each);
}

void shard_check::check_order(sequence at, const log_entry& entry) {
  if (auto why = problem_of(at, entry); !why.empty()) find({at, {}, {}}, std::move(why));
  previous_ = head_of(entry);
  ownership_ = std::max(ownership_, entry.ownership);
  if (entry.log.number >= log_.number) log_ = entry.log;
}

std::string shard_check::problem_of(sequence at, const log_entry& entry) const {
  if (at.value == 1 && !is_marker(entry)) return "the log does not begin with a marker";
  if (const auto* named = std::get_if<log_entries::epochs>(&entry.body)) {
    std::uint64_t before = 0;
    for (const auto& each : named->all) {
      if (each.ownership <= before || each.ownership > entry.ownership) {
        return "the ownerships that it names do not rise";
      }
      before = each.ownership;
    }
  }
  if (!previous_) return {};
  if (entry.ownership < previous_->ownership) return "its ownership is lower than the one before";
  if (is_marker(entry)) {
    if (entry.ownership == previous_->ownership) return "its marker begins no new ownership";
    if (entry.log.number < previous_->log.number) return "its log id is older than the one before";
    return {};
  }
  if (entry.ownership != previous_->ownership) return "a new ownership begins without a marker";
  if (entry.number != previous_->number + 1 || entry.log != previous_->log) {
    return "it does not follow the message before it";
  }
  return {};
}

void shard_check::take_record(sequence at, const log_entry& entry, const log_record& record) {
  ++totals_.records;
  totals_.oldest_ms = std::min(totals_.oldest_ms.value_or(record.time_ms), record.time_ms);
  const auto& name = record.topic.name;
  if (shard_of(identity_.key, identity_.shards, name) != totals_.shard) {
    return find({at, {}, name}, "the record's room belongs to another shard");
  }
  auto [found, is_new] = rooms_.try_emplace(record.topic);
  auto& known = found->second;
  // A snapshot that could not be read may be this room's, so the room's head is not known.
  if (is_new && lacks_snapshot_) known.unreadable = ~std::uint64_t{0};
  const bool is_covered = known.has_snapshot && (entry.log.number < known.log.number ||
                                                 (entry.log == known.log && at <= known.covered));
  if (is_covered) return;
  if (auto why = problem_of(known, entry, record); !why.empty()) {
    find({at, {}, name}, std::move(why));
  }
  known.newest = record.of.number();
  known.head = record.at;
  known.unreadable = unreadable_;
}

/// Whether the record continues the room.
std::string shard_check::problem_of(const room& known, const log_entry& entry,
                                    const log_record& record) const {
  if (record.of.ownership > entry.ownership) return "the record's epoch is of a later ownership";
  if (record.of.number() < known.newest) return "the record's epoch is older than the room's";
  if (known.unreadable != unreadable_) return {};
  const bool is_event = std::holds_alternative<records::ordered>(record.body);
  const auto expected = known.head.value + (is_event ? 1 : 0);
  if (record.at.value == expected || std::holds_alternative<records::unknown>(record.body)) {
    return {};
  }
  return "the record has offset " + number(record.at.value) + ", but the room's next is " +
         number(expected) + (known.has_snapshot ? "" : ", and it has no snapshot");
}

void shard_check::end() {
  const auto last = totals_.last.value;
  if (next_.value <= last) {
    find({}, "messages " + number(next_.value) + " to " + number(last) + " of its log are missing");
  }
  if (last > 0 && totals_.first > totals_.last) {
    find({}, "its log is empty, but had " + number(last) + " messages");
  }
  // If the last message could not be read, the newest ownership of the log is not known.
  const bool knows_end = previous_ || last == 0;
  if (knows_end && barrier_ && *barrier_ > ownership_) {
    find({{}, barrier_key, {}}, "it is of an ownership that the log does not name");
  }
  totals_.rooms = rooms_.size();
  if (!knows_end) return;
  for (const auto& [topic, known] : rooms_) end_room(topic, known);
}

void shard_check::end_room(const topic& topic, const room& known) {
  if (!known.has_snapshot) return;
  const auto key = snapshot_key(topic);
  if (known.log == log_ ? known.covered > totals_.last : known.log.number >= log_.number) {
    find({{}, key, topic.name}, "it covers the log up to " + number(known.covered.value) +
                                    ", but the log ends at " + number(totals_.last.value));
  } else if (known.newest.ownership > ownership_) {
    find({{}, key, topic.name}, "it is of an ownership that the log does not name");
  }
}

}  // namespace roost::cluster
