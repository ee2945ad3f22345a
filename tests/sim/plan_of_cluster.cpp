// SPDX-License-Identifier: Apache-2.0
// The parameters of a simulated cluster.
#include <algorithm>
#include <array>

#include "tests/fixtures/dice.hpp"
#include "tests/sim/plan.hpp"

namespace roost::sim {

namespace {

void add_power_cuts(plan& out, dice& random) {
  out.outage_permille = static_cast<unsigned>(random.between(5, 25));
  out.power_cut_permille = static_cast<unsigned>(random.between(300, 1'000));
  if (!random.chance(750)) return;  // every write is synced at once
  const auto interval_ms = static_cast<std::int64_t>(random.between(1, 20'000));
  out.stores.sync_interval = milliseconds(interval_ms);
  out.log_limits.truncate_delay_ms = interval_ms + 1'000;
}

void store_only_snapshots(plan& out, dice& random) {
  for (auto& each : out.config.rooms) {
    if (each.durability != room_durability::event || !random.chance(600)) continue;
    each.durability = room_durability::snapshot;
    each.snapshot_ms = static_cast<std::uint32_t>(random.between(50, 5'000));
  }
}

/// So small that a log can be full before it is truncated. One batch always fits.
void bound_logs(plan& out, dice& random) {
  const auto bytes = random.between(30'000, 80'000);
  out.stores.log_bytes_max = bytes;
  out.log_limits.log_bytes_max = bytes / 2;
  out.log_limits.batch_bytes_max = std::min<std::size_t>(out.log_limits.batch_bytes_max, bytes / 8);
}

/// Draws of their own, so that a seed without these faults keeps its plan.
void add_rare_faults(plan& out) {
  dice random(out.seed ^ 0x6833EU);
  if (random.chance(250)) add_power_cuts(out, random);
  if (random.chance(350)) store_only_snapshots(out, random);
  if (random.chance(200) && out.padding_bytes == 0) bound_logs(out, random);
  if (random.chance(200)) {
    out.config.limits.rooms_max = static_cast<std::uint32_t>(random.between(1, 2));
  }
  if (random.chance(250)) {
    out.log_limits.retention_ms = static_cast<std::int64_t>(random.between(100, 20'000));
    out.empty_for = milliseconds(220'000);
    out.desert_permille = 15;
  }
}

/// Some clusters have small rooms. Owners wait for all members of living nodes there, so no node is
/// cut off.
void limit_members(plan& out) {
  dice random(out.seed ^ 0x11417U);
  if (!random.chance(250)) return;
  out.has_limits = true;
  out.pause_permille = out.break_permille = out.outage_permille = out.cut_permille = 0;
  out.cut_off_permille = out.power_cut_permille = 0;
  for (auto& each : out.config.rooms) {
    each.members_max = static_cast<std::uint32_t>(random.between(1, 3));
  }
}

/// Owners die as soon as they have stored a batch, before an edge has the answers. Everything else
/// is answered soon, so that the next owner settles what is unanswered.
void kill_owners(plan& out) {
  dice random(out.seed ^ 0x0D1E6U);
  if (out.has_limits || !random.chance(150)) return;
  out.deadly_appends_permille = static_cast<unsigned>(random.between(100, 300));
  out.nodes = std::max<std::size_t>(out.nodes, 3);
  out.times = {milliseconds(250), milliseconds(1'000), out.times.commit_timeout};
  out.pause_permille = out.break_permille = out.outage_permille = out.cut_permille = 0;
  out.cut_off_permille = out.full_stores_permille = out.power_cut_permille = 0;
  out.desert_permille = 0;
  out.stores.sync_interval = {};
  out.stores.log_bytes_max = 0;
  out.log_limits.retention_ms = 0;
  out.config.limits.rooms_max = settings{}.limits.rooms_max;
  for (auto& each : out.config.rooms) each.durability = room_durability::event;
}

/// Nodes that lack the stores for so long that others take their shards and truncate the logs,
/// while their appends still wait for an answer.
void cut_off_for_long(plan& out) {
  dice random(out.seed ^ 0xC07FU);
  if (out.has_limits || out.deadly_appends_permille > 0 || !random.chance(350)) return;
  out.store_back_permille = static_cast<unsigned>(random.between(5, 20));
  out.cut_off_permille = static_cast<unsigned>(random.between(10, 20));
  out.log_limits.log_age_ms = static_cast<std::int64_t>(random.between(1'000, 3'000));
  out.log_limits.purge_interval_ms = static_cast<std::int64_t>(random.between(100, 1'000));
}

/// Replicas lag, logs are truncated soon, and rooms are often read anew.
void let_replicas_lag(plan& out) {
  dice random(out.seed ^ 0x57A24U);
  if (out.power_cut_permille > 0 || !random.chance(200)) return;
  out.stores.stale_reads_permille = static_cast<unsigned>(random.between(300, 600));
  out.log_limits.truncate_delay_ms = 0;
  out.log_limits.log_age_ms = static_cast<std::int64_t>(random.between(1'000, 2'000));
  out.log_limits.purge_interval_ms = static_cast<std::int64_t>(random.between(100, 300));
  out.kill_permille = std::max(out.kill_permille, 20U);
}

/// Two nodes do not hear each other, and a third one hears both. So a room without records goes on
/// at its former owner for a while, although others have attached at the new one.
void split(plan& out) {
  dice random(out.seed ^ 0x5B22DU);
  const bool is_calm = out.has_limits || out.deadly_appends_permille > 0;
  if (is_calm || out.nodes < 3 || !random.chance(350)) return;
  out.times = {milliseconds(250), milliseconds(1'000), out.times.commit_timeout};
  out.cut_permille = static_cast<unsigned>(random.between(10, 40));
  out.split_permille = static_cast<unsigned>(random.between(500, 1'000));
  out.uncut_permille = static_cast<unsigned>(random.between(20, 100));
  for (auto& each : out.config.rooms) {
    if (random.chance(300)) continue;
    each.durability = random.chance(300) ? room_durability::memory : room_durability::snapshot;
    each.snapshot_ms = static_cast<std::uint32_t>(random.between(2'000, 5'000));
  }
}

}  // namespace

plan plan::cluster(std::uint64_t seed) {
  auto out = durable(seed);
  dice random(seed ^ 0xC105U);
  const auto some = [&random](unsigned& permille, unsigned max) {
    if (random.chance(400)) permille = static_cast<unsigned>(random.between(1, max));
  };
  out.is_cluster = true;
  out.nodes = random.between(1, 5);
  out.loops = random.between(1, 2);
  out.shards = static_cast<std::uint32_t>(random.between(1, 8));
  out.actions = random.between(80, 250);
  constexpr std::array<std::int64_t, 3> gone_ms{1'000, 2'000, 4'000};
  const auto gone = random.one_of(gone_ms);
  out.times = {milliseconds(gone / 4), milliseconds(gone), milliseconds(8'000)};
  out.faults = {};
  out.faults.delay_max = std::chrono::microseconds(random.between(0, 5'000));
  some(out.faults.late_permille, 50);
  some(out.faults.loss_permille, 30);
  some(out.faults.duplicates_permille, 100);
  out.kill_permille = static_cast<unsigned>(random.between(0, 30));
  out.power_cut_permille = 0;
  out.stores.sync_interval = {};
  out.cut_off_permille = 0;
  some(out.cut_off_permille, 20);
  some(out.pause_permille, 20);
  some(out.break_permille, 20);
  some(out.outage_permille, 10);
  some(out.cut_permille, 20);
  some(out.leave_permille, 20);
  out.clock_skew_ms_max = random.chance(500) ? 10'000 : 0;
  out.pause_max = milliseconds(20'000);
  out.empty_for = milliseconds(150'000);
  auto& log = out.log_limits;
  log.truncate_delay_ms = random.chance(700) ? 0 : static_cast<std::int64_t>(random.below(5'000));
  log.log_age_ms = static_cast<std::int64_t>(random.between(1'000, 20'000));
  log.retention_ms = 0;
  out.config.limits.rooms_max = settings{}.limits.rooms_max;
  for (auto& each : out.config.rooms) {
    each.history.age_ms_max = static_cast<std::uint32_t>(random.between(20'000, 40'000));
    if (random.chance(250)) each.durability = room_durability::memory;
  }
  add_rare_faults(out);
  limit_members(out);
  kill_owners(out);
  let_replicas_lag(out);
  cut_off_for_long(out);
  split(out);
  return out;
}

}  // namespace roost::sim
