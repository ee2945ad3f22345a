// SPDX-License-Identifier: Apache-2.0
#include "actors/shard/shard_actor.hpp"

#include <caf/send.hpp>

#include "actors/messages/end_now.hpp"
#include "config/telemetry/log.hpp"

namespace roost::actors {

namespace effects = cluster::shard_effects;

namespace {

constexpr std::chrono::seconds take_over_again{1};
// A shard in which nothing happens looks for due work less often.
constexpr std::chrono::seconds busy_for{1};
constexpr milliseconds poll_idle{1'000};

}  // namespace

shard_actor::shard_actor(caf::actor_config& cfg, const shard_dependencies& shared, shard_port& port)
    : pinned_actor(cfg),
      shared_(shared),
      port_(port),
      gate_(std::make_shared<answer_gate<caf::actor_addr>>(address())),
      stores_(port.id, shared.log, shared.snapshots,
              [gate = gate_](std::uint64_t request, cluster::log_answer&& answer) {
                gate->pass([&](const caf::actor_addr& to) {
                  const auto actor = caf::actor_cast<caf::actor>(to);
                  if (actor) caf::anon_send(actor, store_answer{request, std::move(answer)});
                });
              }),
      log_(shared.limits, shared.self, shared.random, shared.faults),
      probe_(shared.probe, home().id()),
      acknowledged_(loop_scheduler::of(system()).size()),
      takes_(!shared.cluster) {
  port_.takes_pushes = false;  // until the shard is served
  probe_.set_available(shared_.cluster != nullptr);
}

caf::behavior shard_actor::make_behavior() {
  poll_soon();
  return {
      [this](load_room& asked) { load(asked); },
      [this](append_records& made) { append(made); },
      [this](captured_room& captured) { take(captured); },
      [this](store_soon& unused) {
        log_.store_soon(unused.topic);
        poll_soon();
      },
      [this](drop_room& dropped) { drop(dropped.topic); },
      [this](store_answer& got) {
        const auto now = home().now();
        probe_.answered(got.request, got.answer, now);
        log_.answer(got.request, std::move(got.answer), now);
        poll_soon();
      },
      [this](const shard_orders& orders) { follow(orders); },
      [this](suspend_shard) { suspend(); },
      [this](verify_shard) { verify(); },
      [this](known_ownership known) {
        log_.saw_ownership(known.ownership, home().now());
        poll_soon();
      },
      [this](shard_poll) { poll(); },
      [this](end_now) { quit(); },
  };
}

void shard_actor::on_exit() {
  timer_.cancel();
  gate_->close();
  probe_.close();
}

void shard_actor::load(load_room& asked) {
  const bool is_first = take_over_at_ == time_point{};
  if (takes_ && log_.is_idle() && is_first) take_over();
  if (log_.is_idle()) return refuse(asked.topic, false);
  log_.load(std::move(asked.topic), asked.stores_first);
  poll_soon();
}

void shard_actor::follow(const shard_orders& orders) {
  log_.set_others(*orders.others);
  log_.give(orders.gives_to, home().now());
  takes_ = orders.takes;
  take_over_at_ = {};
  poll_soon();
}

void shard_actor::suspend() {
  is_verifying_ = false;
  known_breaks_ = port_.breaks;
  log_.suspend();
}

/// Looks again after a break, or while it serves; a take-over under way begins anew.
void shard_actor::verify() {
  if (std::exchange(is_verifying_, true)) return;
  log_.look(home().now());
  poll_soon();
}

/// The room cannot be loaded at present.
void shard_actor::refuse(const topic& topic, bool is_owned) {
  loaded_room out;
  out.topic = topic;
  out.why = errc::unavailable;
  out.is_owned = is_owned;
  shared_.rooms.loaded(std::move(out));
}

void shard_actor::append(append_records& made) {
  const auto& topic = remember(made.records.front().topic, made.room);
  log_.add(topic, std::move(made.records), made.ticket);
  poll_soon();
}

void shard_actor::take(captured_room& captured) {
  const auto& topic = remember(captured.state.topic, captured.room);
  log_.captured(*topic, captured.ticket, std::move(captured.state), home().now());
  poll_soon();
}

/// Remembers where the acknowledgements go.
const cluster::shared_topic& shard_actor::remember(const topic& topic, const caf::actor& room) {
  const auto [found, is_new] = rooms_.try_emplace(topic);
  auto& entry = found->second;
  if (is_new) entry.topic = topic;
  if (is_new || entry.room != room) {
    entry.room = room;
    entry.home = loop_scheduler::of(system()).home_of(topic).home().id();
  }
  return entry.topic;
}

void shard_actor::drop(const topic& topic) {
  rooms_.erase(topic);
  log_.drop(topic);
}

/// After the messages that are in the mailbox now, so that they share an append.
void shard_actor::poll_soon() {
  if (!std::exchange(is_poll_sent_, true)) {
    caf::anon_send(caf::actor_cast<caf::actor>(this), shard_poll{});
  }
}

void shard_actor::take_over() {
  is_verifying_ = false;
  log_.take_over(home().now(), shared_.wall_clock() * 1'000);
  poll_soon();
}

void shard_actor::poll() {
  is_poll_sent_ = false;
  const auto now = home().now();
  auto effects = log_.poll(now);
  if (!effects.empty()) busy_until_ = now + busy_for;
  for (auto& each : effects) {
    std::visit([this](auto& effect) { run(effect); }, each);
  }
  send_acknowledgements();
  report();
  if (takes_ && log_.is_idle() && now >= take_over_at_) take_over();
  home().arm(timer_, now < busy_until_ ? milliseconds(shared_.limits.retry_ms) : poll_idle);
}

/// If the connection has broken, suspend_shard is on its way. What was decided before it must not
/// be sent: the store may be reached again, and may have lost what this shard knows.
void shard_actor::run(effects::send& effect) {
  if (port_.breaks != known_breaks_) return;
  if (std::holds_alternative<cluster::log_requests::append>(effect.request.body)) {
    probe_.append_sent(effect.request.id, home().now());
  }
  stores_.send(effect.request);
}

/// Tells the rooms, /ready and the metrics what the shard can do and has done.
void shard_actor::report() {
  const bool store_takes_pushes = shared_.log.takes_pushes();
  port_.takes_pushes = is_accepting_ && store_takes_pushes;
  const bool is_elsewhere = shared_.cluster && log_.is_idle() && !takes_;
  const bool is_served = store_takes_pushes && log_.can_append();
  const bool is_cut_off = shared_.cluster && shared_.cluster->is_cut_off();
  probe_.set_available(!is_cut_off && (is_elsewhere || is_served));
  const auto counts = log_.counters();
  if (std::exchange(losses_, counts.losses) < counts.losses) {
    log::error("store_lost_data", {{"shard", port_.id.value}});
  }
  probe_.count(counts);
}

void shard_actor::run(effects::stored& effect) {
  for (const auto& ticket : effect.tickets) {
    const auto found = rooms_.find(ticket.topic);
    if (found == rooms_.end()) continue;
    acknowledged_[found->second.home.value].emplace_back(found->second.room,
                                                         records_stored{ticket.number});
  }
}

void shard_actor::send_acknowledgements() {
  for (std::size_t i = 0; i < acknowledged_.size(); ++i) {
    if (acknowledged_[i].empty()) continue;
    shared_.rooms.stored(loop_id{static_cast<std::uint16_t>(i)},
                         std::exchange(acknowledged_[i], {}));
  }
}

void shard_actor::run(effects::serving& effect) {
  is_accepting_ = true;
  text_ = std::move(effect.text);
  epochs_ = std::make_shared<const std::vector<cluster::log_entries::epochs::entry>>(log_.epochs());
  is_verifying_ = false;
  probe_.taken();
  log::info("shard_taken", {{"shard", port_.id.value}, {"ownership", effect.ownership}});
  if (shared_.cluster) shared_.cluster->taken(port_.id, effect.ownership);
}

void shard_actor::run(effects::stopped& effect) {
  log::warning(
      "shard_lost",
      {{"shard", port_.id.value}, {"why", name_of(effect.why)}, {"detail", effect.detail}});
  probe_.lost(effect.why);
  is_accepting_ = false;
  is_verifying_ = false;
  port_.takes_pushes = false;
  rooms_.clear();
  take_over_at_ = home().now() + take_over_again;
  shared_.rooms.fenced(port_.id);
  if (!shared_.cluster) return;
  if (effect.released != 0) {
    return shared_.cluster->released(port_.id, effect.released, effect.owner);
  }
  // A log that lost its end begins anew by itself.
  shared_.cluster->dropped(port_.id, effect.why == cluster::stop_reason::lost);
}

void shard_actor::run(effects::verified&) {
  is_verifying_ = false;
  if (shared_.cluster) shared_.cluster->verified(port_.id);
}

void shard_actor::run(effects::accepting& effect) { is_accepting_ = effect.is_accepting; }

void shard_actor::run(effects::loaded& effect) {
  probe_.loaded(true);
  loaded_room out;
  out.topic = *effect.topic;
  out.of = {log_.ownership(), 0, text_};
  out.stores_first = effect.stores_first;
  out.epochs = epochs_;
  out.state = std::move(effect.snapshot);
  out.records = std::move(effect.records);
  shared_.rooms.loaded(std::move(out));
}

void shard_actor::run(effects::load_failed& effect) {
  log::error("room_unreadable", {log::of(*effect.topic), {"why", effect.why}});
  probe_.loaded(false);
  log_.capture_failed(*effect.topic);
  refuse(*effect.topic, true);
}

void shard_actor::run(effects::too_large& effect) {
  log::error("snapshot_too_large", {log::of(*effect.topic)});
}

void shard_actor::run(effects::capture& effect) { shared_.rooms.capture(*effect.topic); }

void shard_actor::run(effects::retire& effect) { shared_.rooms.retire(*effect.topic); }

void shard_actor::run(effects::stored_snapshot& effect) {
  const auto found = rooms_.find(effect.ticket.topic);
  if (found == rooms_.end()) return;
  caf::anon_send(found->second.room, snapshot_stored{effect.ticket.number});
}

void shard_actor::run(effects::reload& effect) {
  rooms_.erase(effect.topic);
  shared_.rooms.reload(*effect.topic);
}

}  // namespace roost::actors
