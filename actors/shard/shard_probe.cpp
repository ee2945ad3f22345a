// SPDX-License-Identifier: Apache-2.0
#include "actors/shard/shard_probe.hpp"

#include <utility>

namespace roost::actors {

using counter = metrics::counter;
using gauge = metrics::gauge;

namespace {

std::string_view name_of(cluster::write_outcome outcome) {
  using enum cluster::write_outcome;
  switch (outcome) {
    case stored:
      return "stored";
    case conflict:
      return "conflict";
    case full:
      return "full";
    case refused:
      return "refused";
    case unknown:
      return "unknown";
  }
  return "";
}

}  // namespace

std::string_view name_of(cluster::stop_reason why) {
  using enum cluster::stop_reason;
  switch (why) {
    case held:
      return "held";
    case fenced:
      return "fenced";
    case lost:
      return "lost";
    case unreadable:
      return "unreadable";
    case released:
      return "released";
  }
  return "";
}

shard_probe::shard_probe(metrics& into, loop_id home) : into_(into), home_(home) {
  into_.add(gauge::shards_unavailable, 1);
}

void shard_probe::append_sent(std::uint64_t request, time_point now) {
  append_ = request;
  append_sent_ = now;
}

void shard_probe::answered(std::uint64_t request, const cluster::log_answer& answer,
                           time_point now) {
  const auto* written = std::get_if<cluster::write_result>(&answer);
  if (!written || request != append_) return;
  into_.observe(metrics::histogram::store_append, home_, now - append_sent_);
  if (written->outcome == cluster::write_outcome::stored) return;
  into_.add(counter::store_appends_failed, name_of(written->outcome));
}

void shard_probe::loaded(bool is_readable) {
  into_.add(counter::room_loads, is_readable ? "ok" : "failed");
}

void shard_probe::taken() {
  into_.add(counter::shards_taken);
  set_owned(true);
}

void shard_probe::lost(cluster::stop_reason why) {
  // Lost data is also noticed while nothing is served.
  if (why != cluster::stop_reason::lost) into_.add(counter::shards_lost, name_of(why));
  set_owned(false);
}

void shard_probe::set_owned(bool is_owned) {
  if (std::exchange(is_owned_, is_owned) == is_owned) return;
  into_.add(gauge::shards_owned, is_owned ? 1 : -1);
}

void shard_probe::set_available(bool is_available) {
  if (std::exchange(is_available_, is_available) == is_available) return;
  into_.add(gauge::shards_unavailable, is_available ? -1 : 1);
}

void shard_probe::count(const cluster::shard_log_counters& now) {
  const auto before = std::exchange(counted_, now);
  const auto add = [&](counter which, std::uint64_t from, std::uint64_t to) {
    if (to > from) into_.add(which, static_cast<double>(to - from));
  };
  add(counter::store_appends, before.appends, now.appends);
  add(counter::store_records, before.records, now.records);
  add(counter::store_bytes, before.appended_bytes, now.appended_bytes);
  add(counter::store_snapshots, before.snapshots, now.snapshots);
  add(counter::store_truncations, before.purges, now.purges);
  if (now.losses > before.losses) {
    into_.add(counter::shards_lost, name_of(cluster::stop_reason::lost),
              static_cast<double>(now.losses - before.losses));
  }
  const auto change = [&](gauge which, std::uint64_t from, std::uint64_t to) {
    if (to != from) into_.add(which, static_cast<double>(to) - static_cast<double>(from));
  };
  change(gauge::store_queued_bytes, before.queued_bytes, now.queued_bytes);
  change(gauge::store_log_bytes, before.log_bytes, now.log_bytes);
}

void shard_probe::close() {
  set_available(true);
  set_owned(false);
  count({});
}

}  // namespace roost::actors
