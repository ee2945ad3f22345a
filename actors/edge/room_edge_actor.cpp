// SPDX-License-Identifier: Apache-2.0
#include "actors/edge/room_edge_actor.hpp"

#include <algorithm>
#include <caf/send.hpp>
#include <utility>

#include "actors/messages/edge_request.hpp"
#include "actors/messages/end_now.hpp"
#include "actors/messages/room_messages.hpp"
#include "actors/rules/history_budget.hpp"
#include "net/loop/flusher.hpp"

namespace roost::actors {

namespace {

/// Whether this unicast must not overtake broadcasts: it changes which of them its member gets, or
/// it is an event of the room itself.
bool keeps_order(const unicast& sent) {
  return sent.action != unicast::action_kind::none || sent.page ||
         sent.first_class == net::message_class::out_unicast;
}

/// A reload may have removed the rule after the connection checked it; an empty rule lets the owner
/// refuse the join.
std::shared_ptr<const compiled_rule> rule_or_none(const room_rules& rules,
                                                  std::string_view topic_name) {
  auto out = rules.find(topic_name);
  return out ? out : std::make_shared<const compiled_rule>(room_rule{});
}

}  // namespace

room_edge_actor::room_edge_actor(caf::actor_config& cfg, const edge_dependencies& shared,
                                 edge_lifecycle& lifecycle, const topic& topic,
                                 std::uint64_t incarnation)
    : pinned_actor(cfg),
      shared_(shared),
      lifecycle_(lifecycle),
      shard_(shared.bus.shard_of(topic)),
      rule_(rule_or_none(shared.rules, topic.name)),
      edge_(topic, {shared.self, incarnation}, *rule_, shared.bus.may_lose(), shared.faults),
      batches_(shared.fan_outs.size()) {}

caf::behavior room_edge_actor::make_behavior() {
  edge_.use_owner(shared_.bus.owner_of(shard_).ownership);
  static thread_local const caf::behavior shared{
      [](edge_request& request) -> no_answer {
        auto& me = self<room_edge_actor>();
        me.edge_.request(std::move(request), me.home().now(), me.out_);
        me.run_effects();
        return {};
      },
      [](const cluster::event_ptr& event) -> no_answer {
        self<room_edge_actor>().take(event);
        return {};
      },
      [](const page_request& request) {
        auto& me = self<room_edge_actor>();
        if (request.edge_incarnation != me.edge_.self().incarnation) return;
        me.edge_.give_page(request, me.out_);
        me.run_effects();
      },
      [](edge_tick) { self<room_edge_actor>().tick(); },
      [](const shard_has_owner& changed) {
        auto& me = self<room_edge_actor>();
        if (changed.shard == me.shard_ && changed.now.node != node_id{})
          me.begin_attach(true, changed.round);
      },
      [](const link_is_broken& broken) {
        auto& me = self<room_edge_actor>();
        const auto owner = me.shared_.bus.owner_of(me.shard_);
        if (owner.node == broken.node) me.begin_attach(true, broken.round);
      },
      [](attach_turn begun) { self<room_edge_actor>().begin_turn(begun.number); },
      [](batch_due) { self<room_edge_actor>().flush_batch(); },
      [](rules_changed) { self<room_edge_actor>().use_rules(); },
      [](edge_retired) {
        self<room_edge_actor>().is_retiring_ = true;
        self<room_edge_actor>().retire();
      },
      [](end_now) { self<room_edge_actor>().end(); },
  };
  return shared;
}

void room_edge_actor::tick() {
  is_ticking_ = false;
  const milliseconds timeout{shared_.config->cluster.commit_timeout_ms};
  const bool goes_on = edge_.tick(home().now(), timeout, out_);
  check_turn();
  run_effects();
  if (goes_on) return;
  end_turn();
  edge_.restart(lifecycle_.next_incarnation());
}

void room_edge_actor::run_effects() {
  publish_commands();
  // Batched broadcasts are older than these unicasts.
  if (!batched_.empty() && std::any_of(out_.unicasts.begin(), out_.unicasts.end(), keeps_order)) {
    flush_batch();
  }
  send_unicasts();
  send_broadcasts();
  send_batches();
  for (auto& each : out_.api_replies) {
    if (shared_.api) caf::anon_send(shared_.api, std::move(each));
  }
  count_effects();
  account_memory();
  const bool must_attach = out_.must_attach;
  out_.clear();
  arm_tick();
  if (must_attach) begin_attach(false, nullptr);
  if (is_retiring_) retire();
}

void room_edge_actor::send_unicasts() {
  for (auto& each : out_.unicasts) {
    auto& batch = to_loop(loop_of(each.to).value);
    const bool needs_topic = each.action == unicast::action_kind::end_channel ||
                             each.action == unicast::action_kind::subscribe;
    if (needs_topic || each.refused != errc::none) batch.topic = edge_.topic();
    batch.unicasts.push_back(std::move(each));
  }
}

void room_edge_actor::send_broadcasts() {
  if (out_.broadcasts.empty()) return;
  for (const auto& each : out_.broadcasts) encodes_ += each.messages.size();
  if (const milliseconds batch{rule_->rule.batch_ms}; batch.count() > 0 || !batched_.empty()) {
    if (batched_.empty()) delayed_send(this, batch, batch_due{});
    std::move(out_.broadcasts.begin(), out_.broadcasts.end(), std::back_inserter(batched_));
    return;
  }
  // Copy for every loop with members but the last, which takes the originals.
  const auto& subscribed = edge_.subscribed_by_loop();
  std::size_t last = subscribed.size();
  for (std::size_t loop = 0; loop < subscribed.size(); ++loop) {
    if (subscribed[loop] == 0) continue;
    if (last != subscribed.size()) to_loop(last).broadcasts = out_.broadcasts;
    last = loop;
  }
  if (last != subscribed.size()) to_loop(last).broadcasts = std::exchange(out_.broadcasts, {});
}

void room_edge_actor::flush_batch() {
  if (batched_.empty()) return;
  // Members may have left since: a fan-out without members of the topic ignores the batch.
  for (auto& each : batches_) each.broadcasts = batched_;
  batched_.clear();
  send_batches();
}

void room_edge_actor::send_batches() {
  for (std::size_t loop = 0; loop < batches_.size(); ++loop) {
    auto& batch = batches_[loop];
    if (batch.unicasts.empty() && batch.broadcasts.empty()) continue;
    batch.edge_incarnation = edge_.self().incarnation;
    caf::anon_send(shared_.fan_outs[loop], std::exchange(batch, fan_out_batch{}));
  }
}

void room_edge_actor::count_effects() {
  using counter = metrics::counter;
  auto& probe = shared_.probe;
  if (out_.joins_ok) probe.add(counter::joins, "ok", out_.joins_ok);
  if (out_.joins_refused) probe.add(counter::joins, "error", out_.joins_refused);
  for (auto why : out_.pushes_refused) probe.add(counter::pushes_refused, row_of(why).name);
  if (out_.recovered) probe.add(counter::resumes, "recovered", out_.recovered);
  if (out_.not_recovered) probe.add(counter::resumes, "not_recovered", out_.not_recovered);
  if (out_.catch_ups_lost) probe.add(counter::resumes_lost, out_.catch_ups_lost);
  if (out_.repeated) probe.add(counter::repeated_pushes, out_.repeated);
  if (out_.gaps) probe.add(counter::edge_gaps, out_.gaps);
  if (out_.resent) probe.add(counter::commands_resent, static_cast<double>(out_.resent));
  home().flusher().counts().add(counter::encodes, std::exchange(encodes_, 0));
  using net::message_class;
  const auto count_as = [this](message_class which, std::uint32_t n) {
    if (n > 0) home().flusher().counts().add(which, n);
  };
  count_as(message_class::in_push, out_.pushes_in);
  count_as(message_class::in_ephemeral, out_.ephemeral_in);
  count_as(message_class::out_broadcast, out_.missed_out);
  count_as(message_class::out_presence, out_.presence_out);
  count_as(message_class::out_receipt, out_.receipts_out);
}

/// Reports the memory of the edge. Over the bound of the node the edge frees its recent events,
/// which the owner holds too.
void room_edge_actor::account_memory() {
  if (edge_.held_bytes() == reported_bytes_) return;
  const bool grew = edge_.held_bytes() > reported_bytes_;
  const auto report = [this] {
    const auto held = static_cast<double>(edge_.held_bytes());
    shared_.probe.add(metrics::gauge::recent_events_bytes,
                      held - static_cast<double>(reported_bytes_));
    reported_bytes_ = edge_.held_bytes();
  };
  report();
  if (!grew || events_excess(shared_.probe, shared_.config->limits) == 0) return;
  edge_.drop_recent();
  report();
  shared_.probe.add(metrics::counter::memory_cuts, "ring");
}

/// A room in memory on a bus that loses nothing answers at once: no timer is needed.
void room_edge_actor::arm_tick() {
  if (is_ticking_ || !edge_.needs_tick()) return;
  const bool is_durable = shared_.has_store && rule_->rule.durability != room_durability::memory;
  if (!is_durable && !shared_.bus.may_lose()) return;
  is_ticking_ = true;
  delayed_send(this, tick_every, edge_tick{});
}

void room_edge_actor::use_rules() {
  auto next = shared_.rules.find(edge_.topic().name);
  if (!next) return;  // the rule was removed: joins are refused, current members stay
  rule_ = std::move(next);
  edge_.use(*rule_);
}

void room_edge_actor::retire() {
  if (!edge_.is_idle()) return;  // a leave may still be on its way to the owner
  if (lifecycle_.retire(edge_.topic())) return end();
  is_retiring_ = false;  // a connection has acquired the edge again
}

void room_edge_actor::end() {
  shared_.probe.add(metrics::gauge::recent_events_bytes,
                    -static_cast<double>(std::exchange(reported_bytes_, 0)));
  quit();
}

}  // namespace roost::actors
