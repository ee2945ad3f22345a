// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/log/shard_world.hpp"

#include <algorithm>

namespace roost::cluster::model {
namespace {

constexpr std::size_t nodes = 3;
constexpr unsigned stalls_end = 600;  // a step of settle(): the others can truncate the log before
const std::vector<std::string> topics = {"a", "b"};

shard_log_limits limits_of(surroundings kind) {
  shard_log_limits out;
  out.retention_ms = 0;
  out.sweep_ms = 60'000;  // longer than any request lasts: at rest
  out.log_age_ms = 600;
  out.log_messages_max = 12;
  out.truncate_delay_ms = kind == surroundings::power_cuts ? 500 : 0;
  out.purge_interval_ms = 200;
  out.page_bytes_max = 1000;
  out.index_bytes_max = 500;  // of 100 for each message: some are read again
  out.batch_bytes_max = 500;  // about three records
  return out;
}

}  // namespace

shard_world::shard_world(std::uint64_t seed, surroundings kind, const log_faults& faults)
    : dice_(seed),
      kind_(kind),
      rates_{dice_.one_of(std::vector<unsigned>{0, 300, 800}),
             dice_.one_of(std::vector<unsigned>{0, 980}),
             dice_.one_of(std::vector<unsigned>{50, 300, 1000}),
             dice_.one_of(std::vector<unsigned>{900, 980}),
             dice_.one_of(std::vector<unsigned>{2, 8})},
      faults_(faults),
      limits_(limits_of(kind)),
      store_(kind == surroundings::power_cuts ? 2 : 1),
      nodes_(nodes) {
  // In some seeds snapshots go in parts.
  if (seed / 4 % 3 == 0) store_.set_snapshot_bytes_max(64U << (seed / 12 % 3));
  for (auto& each : nodes_) crash(each);
  for (const auto& topic : topics) clients_[topic];
}

std::uint64_t shard_world::client::unanswered() const {
  for (const auto& [number, is_answered] : answered) {
    if (!is_answered) return number;
  }
  return last + 1;
}

std::string shard_world::run(unsigned moves) {
  for (unsigned i = 0; i < moves && violation_.empty(); ++i) {
    move();
    check();
  }
  if (violation_.empty()) settle();
  return violation_;
}

void shard_world::fail(std::string why) {
  if (violation_.empty()) violation_ = std::move(why);
}

/// The room as any owner that takes over now would read it.
room shard_world::stored_room(const std::string& topic) const {
  const auto snapshot = store_.newest(topic);
  std::vector<log_record> records;
  for (const auto& [at, entry] : store_.log()) {
    const auto* batch = std::get_if<log_entries::batch>(&entry->body);
    const bool applies = !snapshot || entry->log.number > snapshot->log.number ||
                         (entry->log == snapshot->log && at > snapshot->covered.value);
    if (!batch || !applies) continue;
    for (const auto& record : batch->records) {
      if (record.topic.name == topic) records.push_back(record);
    }
  }
  return room::make(snapshot.get(), records);
}

void shard_world::check() {
  if (store_.has_purged_above_end()) fail("a purge above the end of the log");
  if (store_.has_repeated_epoch()) fail("a marker repeats the epoch before it");
  if (kind_ == surroundings::quiet_loss) return;
  if (store_.has_broken_fence()) fail("an epoch stores behind a newer owner");
  for (const auto& each : nodes_) {
    if (!each.self->violation().empty()) fail(each.self->violation());
    if (kind_ != surroundings::power_cuts && each.self->has_lost()) fail("a loss that was none");
  }
  if (!std::exchange(is_changed_, false)) return;
  for (const auto& [topic, each] : clients_) check(topic, each);
}

void shard_world::check(const std::string& topic, const client& each) {
  if (store_.is_unreadable(topic)) return fail("the snapshot of " + topic + " cannot be read");
  const auto stored = stored_room(topic);
  if (!stored.violation.empty()) return fail("stored: " + stored.violation);
  for (const auto& push : each.kept) {
    if (push.at > stored.events.size() || stored.events[push.at - 1] != push.number) {
      return fail("an answered push of " + topic + " is neither in the log nor in a snapshot");
    }
  }
  for (const auto& push : each.exposed) {
    const auto found = stored.at(push.ownership, push.at);
    if (found && *found != push.number) fail("another push has the position of a lost one");
  }
}

/// Ends all faults, those of stalled nodes last, and lets one node after the other take the shard,
/// until one has it.
void shard_world::settle() {
  is_healed_ = true;
  for (unsigned i = 0; i < 4'000 && violation_.empty() && !is_done(); ++i) {
    for (auto& each : nodes_) {
      if (i == stalls_end) each.is_stalled = false;
      if (each.is_suspended) reconnect(each);
    }
    advance(20);
    take_over_idle();
    if (!flights_.empty()) deliver();
    if (i % 100 == 0) tell_ownerships();
    push();
    for (auto& each : nodes_) {
      if (!each.is_stalled) each.self->capture(now_);
      poll(each);
    }
    check();
  }
  if (violation_.empty()) check_rest();
  if (violation_.empty() && kind_ != surroundings::quiet_loss) check_orphans();
}

/// Two searches remove the parts that no snapshot names, once their rooms are not in memory.
void shard_world::check_orphans() {
  if (store_.orphans() > 0) count("seeds with orphaned parts");
  for (unsigned i = 0; i < 400 && store_.orphans() > 0 && violation_.empty(); ++i) {
    now_ += milliseconds(500);
    for (auto& each : nodes_) {
      for (const auto& topic : topics) each.self->leave(topic);
      each.self->capture(now_);
      poll(each);
    }
    for (unsigned n = 0; n < 20; ++n) deliver();
    check();
  }
  if (violation_.empty() && store_.orphans() > 0) fail("parts that no snapshot names stay");
}

/// If no node that is awake has the shard or takes it, the first of them takes it.
void shard_world::take_over_idle() {
  const auto is_awake = [](const auto& each) { return !each.is_stalled; };
  const auto first = std::find_if(nodes_.begin(), nodes_.end(), is_awake);
  const auto is_busy = [](const auto& each) {
    return !each.is_stalled && !each.self->log().is_idle();
  };
  if (first == nodes_.end() || std::any_of(nodes_.begin(), nodes_.end(), is_busy)) return;
  first->self->log().take_over(now_, now_.time_since_epoch().count() / 1000);
}

/// As heartbeats do. An owner that appends must notice by itself that it is fenced.
void shard_world::tell_ownerships() {
  std::uint64_t greatest = 0;
  for (const auto& each : nodes_) {
    if (each.self->log().is_serving()) greatest = std::max(greatest, each.self->log().ownership());
  }
  for (auto& each : nodes_) {
    if (each.is_stalled || each.self->waits_for_log()) continue;
    each.self->log().saw_ownership(greatest, now_);
  }
}

bool shard_world::is_done() const {
  const auto is_answered = [](const auto& each) {
    return each.second.unanswered() > each.second.last && each.second.last > 0;
  };
  const auto is_serving = [](const auto& each) { return each.self->log().is_serving(); };
  const auto is_stalled = [](const auto& each) { return each.is_stalled; };
  return flights_.empty() && std::none_of(nodes_.begin(), nodes_.end(), is_stalled) &&
         store_.log().size() == 1 && std::all_of(clients_.begin(), clients_.end(), is_answered) &&
         std::count_if(nodes_.begin(), nodes_.end(), is_serving) == 1;
}

void shard_world::check_rest() {
  if (kind_ == surroundings::quiet_loss || is_done()) return;
  for (const auto& [topic, each] : clients_) {
    if (each.unanswered() <= each.last) return fail("a push is never answered");
  }
  const auto is_serving = [](const auto& each) { return each.self->log().is_serving(); };
  const auto serving = std::count_if(nodes_.begin(), nodes_.end(), is_serving);
  if (serving != 1) return fail(std::to_string(serving) + " nodes serve the shard at rest");
  fail("at rest the log is not truncated: " + std::to_string(store_.log().size()));
}

}  // namespace roost::cluster::model
