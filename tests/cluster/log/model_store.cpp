// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/log/model_store.hpp"

#include <algorithm>

#include "cluster/log/log_faults.hpp"
#include "cluster/wire/log_codec.hpp"
#include "config/base/overloaded.hpp"

namespace roost::cluster::model {
namespace {

constexpr std::size_t past_max = 8;
const std::string barrier = "$";

log_answers::joined joined_from(const store::snapshots& held, const topic& topic,
                                const snapshot_parts& parts) {
  std::vector<slice> all;
  for (std::size_t i = 0; i < parts.sizes.size(); ++i) {
    const auto found = held.find(part_key(topic, parts.names, i));
    if (found == held.end()) return {{}, true};
    all.push_back(found->second.back().part);
  }
  log_answers::joined out;
  auto whole = join_parts(parts, all);
  if (!whole) return out;
  if (auto got = wire::decode_snapshot(std::move(*whole))) out.room = std::move(got.value);
  return out;
}

log_answers::message message_of(std::uint64_t at, const std::shared_ptr<const log_entry>& entry) {
  return {sequence{at}, *entry, 100};
}

}  // namespace

log_answer store::execute(const log_request& request, std::size_t lag) {
  using namespace log_requests;
  return std::visit(
      overloaded{
          [&](const log_requests::append& each) { return append(each); },
          [&](const read_state&) { return state(); },
          [&](const log_requests::read& each) { return read(each); },
          [&](const log_requests::purge& each) { return purge(each); },
          [&](const log_requests::get& each) { return get(each, lag); },
          [&](const put_barrier& each) {
            return put(barrier, each.expected, {{}, nullptr, each.ownership, false, {}, {}});
          },
          [&](const put_snapshot& each) { return put(each); },
          [&](const put_part& each) {
            return put(part_key(each.topic, each.names, each.index), any_sequence,
                       {{}, nullptr, 0, false, {}, each.part});
          },
          [&](const put_parted& each) {
            const auto& [beginning, parts] = each.message;
            return put(beginning.topic.name, each.expected,
                       {{}, std::make_shared<room_snapshot>(beginning), 0, false, parts, {}});
          },
          [&](const log_requests::get_parts& each) { return get_parts(each, lag); },
          [&](const log_requests::remove_parts& each) { return remove_parts(each); },
          [&](const log_requests::list_parts& each) { return list_parts(each, lag); },
          [&](const log_requests::remove_part& each) { return remove_part(each); },
          [&](const log_requests::list& each) { return list(each); },
          [&](const log_requests::remove& each) { return remove(each); },
      },
      request.body);
}

log_answer store::append(const log_requests::append& request) {
  if (request.expected_last.value != last_)
    return write_result{write_outcome::conflict, {}, "last"};
  const auto ownership = request.entry->ownership;
  has_broken_fence_ |= ownership < served_;
  const bool is_marker = std::holds_alternative<log_entries::marker>(request.entry->body);
  has_repeated_epoch_ |=
      is_marker && !log_.empty() && ownership <= log_.rbegin()->second->ownership;
  log_[++last_] = request.entry;
  served_ = std::max(served_, ownership);
  return write_result{write_outcome::stored, sequence{last_}, {}};
}

log_answer store::state() const {
  log_answers::state out{sequence{first_}, sequence{last_}, {}, log_.size() * 100, 0};
  if (!log_.empty()) out.newest = message_of(log_.rbegin()->first, log_.rbegin()->second);
  return out;
}

log_answer store::read(const log_requests::read& request) const {
  log_answers::page out;
  const std::size_t max = request.bytes_max > 100 ? 3 : 1;
  for (auto next = log_.lower_bound(request.from.value); next != log_.end(); ++next) {
    if (out.messages.size() == max) return out;
    out.messages.push_back(message_of(next->first, next->second));
  }
  out.is_end = true;
  return out;
}

/// A purge above the end lifts the last sequence, as in nats-server 2.14.
log_answer store::purge(const log_requests::purge& request) {
  const auto first = request.first_kept.value;
  has_purged_above_end_ |= first > last_ + 1;
  log_.erase(log_.begin(), log_.lower_bound(first));
  first_ = std::max(first_, first);
  last_ = std::max(last_, first_ - 1);
  return write_result{write_outcome::stored, {}, {}};
}

log_answer store::get(const log_requests::get& request, std::size_t lag) const {
  const bool is_past = lag > 0 && lag <= past_.size();
  const auto& held = held_at(lag);
  log_answers::snapshots out;
  out.up_to = is_past ? past_[past_.size() - lag].up_to : snapshots_last_;
  if (const auto found = held.find(barrier); found != held.end()) {
    out.barrier_at = found->second.back().at;
    out.barrier_ownership = found->second.back().ownership;
  }
  if (!request.topic) return out;
  if (const auto found = held.find(request.topic->name); found != held.end()) {
    out.room_at = found->second.back().at;
    out.room = *found->second.back().room;
    out.parts = found->second.back().parts;
  }
  return out;
}

const store::snapshots& store::held_at(std::size_t lag) const {
  return lag > 0 && lag <= past_.size() ? past_[past_.size() - lag].held : snapshots_;
}

const store::version* store::held(const std::string& key) const {
  const auto found = snapshots_.find(key);
  return found == snapshots_.end() ? nullptr : &found->second.back();
}

log_answer store::get_parts(const log_requests::get_parts& request, std::size_t lag) const {
  return joined_from(held_at(lag), request.topic, request.parts);
}

log_answer store::put(const log_requests::put_snapshot& request) {
  const auto& snapshot = request.snapshot;
  if (snapshot_bytes_max_ > 0) {
    wire::byte_writer out;
    wire::encode(*snapshot, out);
    if (out.size() > snapshot_bytes_max_) {
      return log_answers::too_large{out.take(), snapshot_bytes_max_};
    }
  }
  return put(snapshot->topic.name, request.expected, {{}, snapshot, 0, false, {}, {}});
}

log_answer store::remove_parts(const log_requests::remove_parts& request) {
  remember();
  erase_parts(request.topic.name, request.first_kept);
  return write_result{write_outcome::stored, {}, {}};
}

void store::erase_parts(const std::string& key, sequence first_kept) {
  for (auto& [name, versions] : snapshots_) {
    if (!name.starts_with(key + ".")) continue;
    std::erase_if(versions, [&](const auto& each) { return each.at < first_kept; });
  }
  std::erase_if(snapshots_, [](const auto& entry) { return entry.second.empty(); });
}

std::size_t store::parts() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(snapshots_, [](const auto& each) { return is_part_key(each.first); }));
}

std::size_t store::orphans() const {
  auto out = parts();
  for (const auto& [key, versions] : snapshots_) {
    const auto& named = versions.back().parts;
    for (std::size_t i = 0; named && i < named->sizes.size(); ++i) {
      out -= snapshots_.count(part_key(topic{key}, named->names, i));
    }
  }
  return out;
}

log_answer store::put(const std::string& key, sequence expected, version stored) {
  const auto found = snapshots_.find(key);
  const auto newest = found == snapshots_.end() ? sequence{} : found->second.back().at;
  if (expected != any_sequence && expected != newest) {
    return write_result{write_outcome::conflict, {}, "last"};
  }
  remember();
  snapshots_last_ = stored.at = sequence{snapshots_last_.value + 1};
  auto& versions = snapshots_[key];
  versions.push_back(std::move(stored));
  if (versions.size() > versions_max_) versions.erase(versions.begin());
  return write_result{write_outcome::stored, snapshots_last_, {}};
}

log_answer store::list(const log_requests::list& request) const {
  log_answers::listing out;
  for (auto next = snapshots_.upper_bound(request.after); next != snapshots_.end(); ++next) {
    if (out.rooms.size() == request.max) return out;
    const auto& newest = next->second.back();
    if (is_part_key(next->first)) continue;
    out.last_key = next->first;
    if (!newest.room) continue;
    const auto& room = *newest.room;
    out.rooms.push_back({room.topic, newest.at, room.touched_ms, room.is_empty, room.log,
                         room.covered, room.epochs.back().of.ownership});
  }
  out.is_end = true;
  return out;
}

log_answer store::remove(const log_requests::remove& request) {
  const auto found = snapshots_.find(request.topic.name);
  if (found == snapshots_.end() || found->second.back().at != request.expected) {
    return write_result{write_outcome::conflict, {}, "last"};
  }
  remember();
  snapshots_.erase(found);
  erase_parts(request.topic.name, request.expected);
  return write_result{write_outcome::stored, {}, {}};
}

log_answer store::list_parts(const log_requests::list_parts& request, std::size_t lag) const {
  const bool is_past = lag > 0 && lag <= past_.size();
  const auto& held = held_at(lag);
  log_answers::part_listing out;
  out.up_to = is_past ? past_[past_.size() - lag].up_to : snapshots_last_;
  for (auto next = held.upper_bound(request.after); next != held.end(); ++next) {
    if (!is_part_key(next->first)) continue;
    if (out.parts.size() == request.max) return out;
    out.last_key = next->first;
    out.parts.push_back({part_of_key(next->first).value(), next->second.back().at});
  }
  out.is_end = true;
  return out;
}

log_answer store::remove_part(const log_requests::remove_part& request) {
  const auto& [topic, names, index] = request.part;
  const auto found = snapshots_.find(part_key(topic, names, index));
  if (found == snapshots_.end() || found->second.back().at != request.expected) {
    return write_result{write_outcome::conflict, {}, "last"};
  }
  remember();
  snapshots_.erase(found);
  return write_result{write_outcome::stored, {}, {}};
}

void store::remember() {
  past_.push_back({snapshots_, snapshots_last_});
  if (past_.size() > past_max) past_.pop_front();
}

void store::sync_snapshots() {
  for (auto& [key, versions] : snapshots_) {
    for (auto& each : versions) each.is_synced = true;
  }
}

void store::cut_power() {
  last_ = std::min(last_, log_synced_);
  log_.erase(log_.upper_bound(last_), log_.end());
  first_ = std::min(first_, last_ + 1);
  served_ = 0;
  snapshots_last_ = {};
  for (auto& [key, versions] : snapshots_) {
    std::erase_if(versions, [](const auto& each) { return !each.is_synced; });
    for (const auto& each : versions) snapshots_last_ = std::max(snapshots_last_, each.at);
  }
  std::erase_if(snapshots_, [](const auto& entry) { return entry.second.empty(); });
  past_.clear();
}

void store::kill() {
  if (!log_.empty() || last_ == 0) return;
  first_ = 1;
  last_ = log_synced_ = 0;
}

std::shared_ptr<const room_snapshot> store::newest(const std::string& key) const {
  const auto* found = held(key);
  if (!found || !found->parts) return found ? found->room : nullptr;
  auto joined = joined_from(snapshots_, found->room->topic, *found->parts);
  return joined.room ? std::make_shared<room_snapshot>(std::move(*joined.room)) : nullptr;
}

}  // namespace roost::cluster::model
