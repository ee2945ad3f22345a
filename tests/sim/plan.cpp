// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/plan.hpp"

#include <algorithm>
#include <array>

#include "tests/fixtures/dice.hpp"

namespace roost::sim {

namespace {

room_rule rule_for(dice& random) {
  constexpr std::array<std::uint32_t, 4> history_lengths{4, 12, 40, 100};
  room_rule out;
  out.echo = random.chance(700);
  out.history.events_max = random.one_of(history_lengths);
  out.history.age_ms_max = static_cast<std::uint32_t>(random.between(20'000, 200'000));
  out.presence.mode = random.chance(850) ? presence_mode::full : presence_mode::off;
  out.ephemeral = {"typing"};
  if (random.chance(200)) out.batch_ms = static_cast<std::uint32_t>(random.between(1, 30));
  return out;
}

bus_faults faults_for(dice& random) {
  bus_faults out;
  out.delay_max = std::chrono::microseconds(random.between(0, 5'000));
  if (random.chance(400)) out.late_permille = static_cast<unsigned>(random.between(1, 50));
  if (random.chance(400)) out.loss_permille = static_cast<unsigned>(random.between(1, 100));
  if (random.chance(300)) out.duplicates_permille = static_cast<unsigned>(random.between(1, 100));
  return out;
}

store_faults stores_for(dice& random) {
  store_faults out;
  out.delay_max = std::chrono::microseconds(random.between(0, 20'000));
  const auto some = [&random](unsigned& permille, unsigned max) {
    if (random.chance(400)) permille = static_cast<unsigned>(random.between(1, max));
  };
  some(out.late_permille, 50);
  some(out.loss_permille, 50);
  some(out.lost_answers_permille, 50);
  some(out.copies_permille, 100);
  some(out.refusals_permille, 100);
  some(out.false_conflicts_permille, 50);
  some(out.stale_reads_permille, 300);
  return out;
}

}  // namespace

plan plan::of(std::uint64_t seed, bool loses) {
  dice random(seed);
  plan out;
  out.seed = seed;
  out.loops = random.between(1, 3);
  out.clients = random.between(2, 8);
  out.topics = random.between(1, 3);
  out.actions = random.between(100, 400);
  out.has_network = random.chance(700) || loses;
  if (out.has_network) {
    out.nodes = random.chance(500) ? 1 : random.between(2, 3);
    out.faults = faults_for(random);
    if (!loses) out.faults.loss_permille = 0;
  }
  if (loses) {
    dice more(seed ^ 0x105E5U);
    out.nodes = more.between(2, 3);
    if (more.chance(500)) out.moves_permille = static_cast<unsigned>(more.between(1, 40));
  }
  out.window_bytes = random.between(200, 8'000);
  out.handlers_max = random.between(1, 8);
  out.actors_permille = random.between(300, 950);
  out.boom_permille = random.chance(500) ? static_cast<unsigned>(random.between(1, 20)) : 0;
  out.drop_permille = static_cast<unsigned>(random.between(0, 80));
  out.stall_permille = static_cast<unsigned>(random.between(0, 60));
  out.config.limits.outbox_bytes_max = static_cast<std::uint32_t>(random.between(3'000, 40'000));
  out.config.limits.inbound_messages_max = static_cast<std::uint32_t>(random.between(1, 64));
  if (random.chance(250)) {
    out.padding_bytes = random.between(1'000, 8'000);
    out.window_bytes = random.between(5'000, 100'000);
    out.config.limits.outbox_bytes_max =
        static_cast<std::uint32_t>(random.between(50'000, 500'000));
  }
  // Simulated clients send more per minute of virtual time than the default rate limits allow.
  out.config.rates.connection.messages = out.config.rates.connection.joins = {};
  out.config.limits.refusals_per_minute_max = 0;
  out.config.rooms.clear();
  for (std::size_t i = 0; i < out.topics; ++i) {
    out.config.rooms.push_back(rule_for(random));
    out.config.rooms.back().match = "room:" + std::to_string(i);
    if (seed % 2 == 0) out.config.rooms.back().idempotency_field = "id";
  }
  return out;
}

plan plan::durable(std::uint64_t seed) {
  auto out = of(seed);
  dice random(seed ^ 0xD15CU);
  out.nodes = 1;
  out.has_network = false;
  out.faults = {};
  out.is_durable = true;
  out.kill_permille = static_cast<unsigned>(random.between(5, 60));
  if (random.chance(400)) out.cut_off_permille = static_cast<unsigned>(random.between(1, 30));
  if (random.chance(400)) out.full_stores_permille = static_cast<unsigned>(random.between(1, 30));
  out.shards = static_cast<std::uint32_t>(random.between(1, 4));
  out.stores = stores_for(random);
  auto& log = out.log_limits;
  log.truncate_delay_ms = random.chance(500) ? 0 : 150'000;
  log.log_age_ms = static_cast<std::int64_t>(random.between(1'000, 60'000));
  log.purge_interval_ms = static_cast<std::int64_t>(random.between(100, 10'000));
  if (random.chance(300)) log.batch_bytes_max = random.between(500, 5'000);
  if (random.chance(300)) log.index_bytes_max = random.between(0, 5'000);
  if (random.chance(300)) log.page_bytes_max = random.between(500, 5'000);
  if (random.chance(300)) log.log_messages_max = random.between(5, 100);
  log.retention_ms =
      random.chance(400) ? static_cast<std::int64_t>(random.between(100, 60'000)) : 0;
  if (random.chance(300) && out.topics > 1) out.config.limits.rooms_max = 1;
  if (random.chance(200)) {
    out.power_cut_permille = static_cast<unsigned>(random.between(50, 500));
    if (random.chance(800)) {
      const auto interval_ms = static_cast<std::int64_t>(random.between(1, 20'000));
      out.stores.sync_interval = milliseconds(interval_ms);
      log.truncate_delay_ms = interval_ms + 1'000;
    }
  }
  for (auto& each : out.config.rooms) each.durability = room_durability::event;
  // At least the room's message fits, with the epochs of a seed.
  if (random.chance(400)) out.stores.snapshot_bytes_max = random.between(3'000, 8'000);
  log.sweep_ms = static_cast<std::int64_t>(random.between(5'000, 20'000));
  return out;
}

promises::room_terms plan::terms_of(const room_rule& rule) const {
  auto out = promises::terms_of(rule);
  const bool is_stored = is_durable && rule.durability != room_durability::memory;
  const bool has_records = is_stored && rule.durability == room_durability::event;
  out.keeps_more = is_cluster || moves_permille > 0;
  out.moves = is_cluster && is_stored;
  const bool loses_room = moves_permille > 0 || (is_cluster && !is_stored);
  out.loses = (faults.loss_permille > 0 && !is_cluster) || loses_room;
  // A room that was unused for the retention time forgets its idempotency values.
  out.repeats = loses_room || (is_cluster && log_limits.retention_ms > 0);
  out.doubles = faults.duplicates_permille > 0 && !is_cluster;
  // Power cuts lose events, and so do kills before the next snapshot. Both losses are told: offsets
  // may come again in a new epoch.
  const bool loses_power = power_cut_permille > 0 && stores.sync_interval.count() > 0;
  out.loses_end = loses_power || (is_stored && !has_records);
  // A room that nobody used for the retention time may begin anew.
  out.is_durable = has_records && !out.loses_end && log_limits.retention_ms == 0;
  if (is_cluster && log_limits.retention_ms > 0) {
    // The clocks differ.
    const auto kept_ms = log_limits.retention_ms - clock_skew_ms_max;
    out.history_age = std::min(*out.history_age, milliseconds(std::max<std::int64_t>(0, kept_ms)));
  }
  out.forgets = !out.is_durable;
  return out;
}

}  // namespace roost::sim
