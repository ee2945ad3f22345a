// SPDX-License-Identifier: Apache-2.0
#include "actors/room/room_actor.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "actors/messages/end_now.hpp"
#include "config/telemetry/log.hpp"
#include "net/loop/flusher.hpp"

namespace roost::actors {

namespace {

constexpr std::chrono::minutes crash_window{1};
constexpr milliseconds message_delay_max{2'000};  // later ticks use the wheel, precise to 0.1 s

milliseconds empty_for(const room_rule& rule) {
  return std::max<milliseconds>(room_actor::empty_for_min, milliseconds(rule.history.age_ms_max));
}

/// If `number` is {}, the epoch is in an ownership of its own.
new_epoch first_epoch(const room_dependencies& shared, const epoch& number) {
  auto out = shared.epochs({});
  if (number != epoch{}) out.number = number;
  return out;
}

}  // namespace

room_actor::room_actor(caf::actor_config& cfg, const room_dependencies& shared,
                       room_lifecycle& lifecycle, empty_rooms& empty, topic topic,
                       const room_rule& rule, const epoch& memory_epoch, shard_port* shard,
                       loaded_room&& stored)
    : pinned_actor(cfg),
      shared_(shared),
      lifecycle_(lifecycle),
      topic_(topic),
      empty_for_(empty_for(rule)),
      room_(shard ? room(std::move(topic), rule, shared.handlers, shared.faults,
                         shared.bus.may_lose(), shared.wall_clock)
                  : room(std::move(topic), rule, shared.handlers, first_epoch(shared, memory_epoch),
                         shared.faults, shared.bus.may_lose(), shared.wall_clock)),
      durable_(shard ? std::make_unique<durable_room>(*shard, stored, rule.durability) : nullptr),
      account_(shared.probe, empty) {
  if (stored.is_attaching) room_.begin_attaching();
  if (durable_) {
    durable_->snapshot_after = milliseconds(rule.snapshot_ms);
    restore(stored);
  }
  lifecycle_.opened(topic_, room_);
}

caf::behavior room_actor::make_behavior() {
  if (durable_) publish();  // if the handler failed to take its state
  if (durable_ && durable_->stores_first) capture();
  static thread_local const caf::behavior shared{
      [](const cluster::command& command) -> no_answer {
        self<room_actor>().take(command);
        return {};
      },
      [](room_tick due) { self<room_actor>().tick(due.number); },
      [](expire_if_empty due) { self<room_actor>().expire(due.emptied); },
      [](actors::evict_if_empty) { self<room_actor>().evict(); },
      [](rules_changed) { self<room_actor>().use_rules(); },
      [](circuit_half_open) { self<room_actor>().room_.close(false); },
      [](actors::records_stored stored) { self<room_actor>().records_stored(stored.ticket); },
      [](actors::snapshot_stored) { self<room_actor>().snapshot_stored(); },
      [](retire_room) { self<room_actor>().retire(); },
      [](actors::snapshot_due) { self<room_actor>().snapshot_due(); },
      [](actors::store_and_end) { self<room_actor>().store_and_end(); },
      [](capture_room) { self<room_actor>().capture(); },
      [](actors::all_attached to) { self<room_actor>().all_attached(to.ownership); },
      [](node_has_left gone) { self<room_actor>().node_left(gone.node); },
      [](end_now) { self<room_actor>().quit(); },
  };
  return shared;
}

void room_actor::take(const cluster::command& command) {
  ++taken_;
  const auto* request = std::get_if<cluster::commands::ephemeral>(&command.body);
  if (request)
    (void)shared_.bus.publish(room_.pass_on(*request), room_.others(command.id.edge.node));
  if (request || room_.must_attach(command)) {
    if (taken_ == 1) become_empty();  // the room was started for it
    return;
  }
  const auto before = room_.members();
  const bool makes_larger = cluster::is<cluster::commands::join>(command) ||
                            cluster::is<cluster::commands::update_meta>(command);
  if (makes_larger) {
    room_.bound_members(account_.member_bytes_max(shared_.config->limits));
    if (!room_.has_space_for(command)) shared_.probe.add(metrics::counter::memory_cuts, "presence");
  }
  const bool is_publish = cluster::is<cluster::commands::publish>(command);
  if (is_publish) published_at_ = home().now();
  if (durable_) room_.set_admission(admission());
  run(&command, [&] { room_.apply(command, home().now(), out_); });
  report_members(before);
  if (room_.members() == 0 && (before != 0 || taken_ == 1 || is_publish)) become_empty();
  if (room_.members() != 0 && before == 0) lifecycle_.occupied(topic_);
}

/// Runs a function of the room that may call its handler. `command`: its command; null: none.
template <class Call>
void room_actor::run_handler(const cluster::command* command, Call call) {
  try {
    call();
  } catch (const std::exception& failed) {  // a room_handler may be user code
    crash(command, failed.what());
  } catch (...) {
    crash(command, "unknown exception");
  }
}

void room_actor::try_handler(const std::function<void()>& call) { run_handler(nullptr, call); }

template <class Call>
void room_actor::run(const cluster::command* command, Call call) {
  run_handler(command, std::move(call));
  publish();
  arm();
}

/// The edges of every node have attached to this new owner.
void room_actor::all_attached(std::uint64_t ownership) {
  if (room_.past().current().ownership != ownership) return;
  room_.attaching_finished(home().now(), out_);
  publish();
  arm();
}

void room_actor::node_left(node_id node) {
  const auto before = room_.members();
  run(nullptr, [&] { room_.node_left(node, home().now(), out_); });
  report_members(before);
  if (room_.members() == 0 && before != 0) become_empty();
}

void room_actor::report_members(std::size_t before) {
  if (room_.members() == before) return;
  shared_.probe.add(metrics::gauge::members,
                    static_cast<double>(room_.members()) - static_cast<double>(before));
}

/// Publishes the events that the room made, or holds them back until the records are stored.
void room_actor::publish() {
  if (durable_) {
    durable_->append(caf::actor_cast<caf::actor>(this), room_.take_records());
    note_changes();
  }
  for (auto& each : out_) {
    if (durable_ && durable_->queue.is_waiting()) {
      durable_->queue.hold(std::move(each));
    } else {
      emit(std::move(each));
    }
  }
  out_.clear();
  settle();
}

void room_actor::emit(cluster::event_ptr&& event) {
  count(*event);
  node_id one;
  // If it does not arrive, the link breaks, and the edge attaches again.
  (void)shared_.bus.publish(event, room_.receivers(*event, one));
}

void room_actor::settle() {
  if (!account_.settle(room_, shared_.config->limits)) return;
  log::warning("history_cut", {log::of(topic_), {"bytes_kept", account_.history_bytes()}});
}

void room_actor::count(const cluster::event& event) {
  using counter = metrics::counter;
  if (cluster::is<cluster::events::ordered>(event))
    home().flusher().counts().add(counter::events_ordered);
  const auto* change = std::get_if<cluster::events::notification>(&event.body);
  if (!change) return;
  if (change->name == "presence_diff") shared_.probe.add(counter::presence_diffs);
  if (change->name == "read_receipt") shared_.probe.add(counter::receipts_marked);
}

void room_actor::arm() {
  const auto due = room_.next_due();
  if (!due || (armed_for_ && *armed_for_ <= *due)) return;
  armed_for_ = due;
  const auto after =
      std::chrono::ceil<milliseconds>(std::max(*due - home().now(), time_point::duration::zero()));
  if (after > message_delay_max) return home().arm(tick_timer_, after);
  delayed_send(this, after, room_tick{++ticks_});
}

void room_actor::send_tick() { caf::anon_send(caf::actor_cast<caf::actor>(this), room_tick{}); }

void room_actor::send_expire() {
  caf::anon_send(caf::actor_cast<caf::actor>(this), expire_if_empty{emptied_});
}

/// Cancels the timers on the room's loop: references may keep the object alive for longer, and its
/// destructor may then run on another thread.
void room_actor::on_exit() {
  tick_timer_.cancel();
  expiry_timer_.cancel();
  if (durable_) stop_storing();
  account_.close();
  if (room_.members() == 0) return;
  shared_.probe.add(metrics::gauge::members, -static_cast<double>(room_.members()));
}

void room_actor::tick(std::uint64_t number) {
  if (number != 0 && number != ticks_) return;  // an earlier tick was scheduled since
  armed_for_.reset();
  const auto before = room_.members();
  run(nullptr, [this] { room_.tick(home().now(), out_); });
  report_members(before);
  if (room_.members() == 0 && before != 0) become_empty();
}

void room_actor::crash(const cluster::command* command, const char* why) {
  log::error("room_crashed", {{"topic", topic_.name}, {"why", why}});
  shared_.probe.add(metrics::counter::rooms_crashed);
  has_crashed_ = true;
  room_.crashed(command, shared_.epochs(room_.past().current()), home().now(), out_);
  shared_.probe.add(metrics::counter::rooms_restarted);
  limit_crashes();
}

/// Circuit breaker: a room that crashes too often is closed until a minute has passed.
void room_actor::limit_crashes() {
  const auto max = shared_.config->limits.room_crashes_per_minute_max;
  if (max == 0) return;
  const auto now = home().now();
  crashes_.push_back(now);
  if (crashes_.size() > max) crashes_.erase(crashes_.begin());
  if (crashes_.size() < max || crashes_.front() + crash_window <= now) return;
  log::error("room_closed", {{"topic", topic_.name}, {"why", "it crashed too often"}});
  room_.close(true);
  delayed_send(this, crashes_.front() + crash_window - now, circuit_half_open{});
}

/// If the rule was removed, the room keeps its old rule; connections refuse new joins.
void room_actor::use_rules() {
  const auto rule = shared_.rules.find(topic_.name);
  if (!rule) return;
  empty_for_ = empty_for(rule->rule);
  if (durable_) durable_->snapshot_after = milliseconds(rule->rule.snapshot_ms);
  room_.use(rule->rule, home().now());
  publish();
  arm();
}

void room_actor::become_empty() {
  if (is_blank() && end_if_idle()) return;
  lifecycle_.emptied(topic_);
  ++emptied_;
  home().arm(expiry_timer_, empty_for_);
}

void room_actor::expire(std::uint64_t emptied) {
  if (emptied != emptied_ || room_.members() != 0) return;
  // Events that the API has published since then are kept as long as events of members.
  if (published_at_ && *published_at_ + empty_for_ > home().now()) return become_empty();
  if (!end_if_idle()) become_empty();  // a command is on its way
}

/// Whether the room can end at once without any loss. Never if the bus may lose messages: an edge
/// may still resend its last commands.
bool room_actor::is_blank() const {
  return room_.is_stateless() && room_.head() == offset{} && !has_crashed_ &&
         !shared_.bus.may_lose();
}

/// Ends the room, or begins to: a durable one is stored first. False: a command is on its way.
bool room_actor::end_if_idle() {
  if (durable_ && durable_->must_be_stored()) {
    end_when_stored();
    return true;
  }
  if (!lifecycle_.remove_if_done(topic_, taken_)) return false;
  if (durable_) caf::anon_send(durable_->shard.log, drop_room{topic_});
  room_.free_memory();  // senders' references may keep this object alive for a while
  quit();
  return true;
}

void room_actor::evict() {
  if (room_.members() != 0 || !lifecycle_.is_leaving(topic_)) return;
  const auto bytes = account_.history_bytes();
  if (!end_if_idle()) return lifecycle_.emptied(topic_);
  if (durable_) return;  // nothing is forgotten
  shared_.probe.add(metrics::counter::memory_cuts, "room");
  if (bytes > 0) shared_.probe.add(metrics::counter::histories_cut, "forgotten");
  log::warning("room_forgotten", {log::of(topic_), {"bytes", bytes}});
}

}  // namespace roost::actors
