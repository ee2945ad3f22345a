// SPDX-License-Identifier: Apache-2.0
// How a room becomes a snapshot, and how a later owner makes it from snapshot and records again.
#include <utility>

#include "actors/room/room.hpp"
#include "config/base/overloaded.hpp"

namespace roost::actors {

namespace records = cluster::records;

cluster::room_snapshot room::snapshot(time_point now) {
  history_.trim(now);
  cluster::room_snapshot out;
  out.topic = *topic_;
  for (const auto& each : history_.epochs()) {
    out.epochs.push_back({{each.number.ownership, each.number.crashes, each.text}, each.first});
  }
  out.head = history_.head();
  for (auto at = history_.first_held(); at <= out.head; ++at.value) {
    out.history.push_back({at, cluster::ordered_of(*history_.find(at))});
  }
  out.edges = deduper_.stored_edges(now);
  if (idempotency_) {
    idempotency_->trim(now, history_.first_held());
    idempotency_->each([&](const std::string& key, const position& at) {
      out.keys.push_back({key, at});
    });
  }
  receipts_.each([&](const std::string& user, const position& at) {
    out.receipts.push_back({user, at});
  });
  out.handler_state = runner_.snapshot();
  out.is_empty =
      out.history.empty() && out.keys.empty() && out.receipts.empty() && out.handler_state.empty();
  if (durable_) out.touched_ms = members_.empty() ? durable_->touched_ms : wall_clock_();
  return out;
}

void room::restore(const cluster::room_snapshot& stored, time_point now) {
  history_.keep_all(true);
  std::vector<history::epoch_start> epochs;
  for (const auto& [of, first] : stored.epochs) epochs.push_back({of.number(), of.text, first});
  history_.restore(std::move(epochs), offset{stored.head.value - stored.history.size()});
  restore_events(stored.history, now);
  for (const auto& each : stored.edges) deduper_.restore(each, now);
  if (!stored.keys.empty() && !idempotency_) {
    idempotency_ = std::make_unique<idempotency>(rule_.idempotency_bytes_max);
  }
  for (const auto& [key, at] : stored.keys) idempotency_->restore(key, at, now);
  for (const auto& [user, at] : stored.receipts) receipts_.mark(user, at);
  if (durable_ && !stored.epochs.empty()) {
    durable_->touched_ms = stored.touched_ms;
    durable_->touched_in = stored.epochs.back().of.ownership;
  }
  loading_ = std::make_unique<loading_part>(loading_part{stored.handler_state, stored.head});
}

/// Each event belongs to the last epoch that begins at or before it.
void room::restore_events(const std::vector<cluster::room_snapshot::held_event>& events,
                          time_point now) {
  const auto epochs = history_.epochs();
  auto in = epochs.begin();
  for (const auto& [at, body] : events) {
    while (in + 1 != epochs.end() && (in + 1)->first <= at) ++in;
    history_.append(cluster::share({topic_, in->number, in->text, at, body}), now);
  }
}

bool room::replay(const cluster::log_record& record, time_point now) {
  const bool is_ordered = std::holds_alternative<records::ordered>(record.body);
  if (record.at.value != history_.head().value + (is_ordered ? 1 : 0)) return false;
  history_.keep_all(true);
  if (!loading_) loading_ = std::make_unique<loading_part>();
  if (history_.epochs().empty() || history_.current() < record.of.number()) {
    history_.begin_epoch(record.of.number(), record.of.text);
  }
  if (durable_) note_use(record);
  auto own = replay_body(record, now);
  deduper_.replay(record, std::move(own), now);
  return true;
}

/// Returns the answer to the record's command that follows from its body.
std::optional<cluster::kept_answer> room::replay_body(const cluster::log_record& record,
                                                      time_point now) {
  return std::visit(overloaded{
                        [&](const records::ordered& body) -> std::optional<cluster::kept_answer> {
                          replay_ordered(record, body, now);
                          if (!body.is_answer) return std::nullopt;
                          return kept::pushed{{history_.epoch_text(), record.at}};
                        },
                        [&](const records::receipts& body) -> std::optional<cluster::kept_answer> {
                          for (const auto& [user, at] : body.marks) receipts_.mark(user, at);
                          return std::nullopt;
                        },
                        [&](const records::crashed&) -> std::optional<cluster::kept_answer> {
                          deduper_.forget_joins();
                          *loading_ = {{}, record.at};  // a new handler
                          return kept::refused{errc::join_crashed};
                        },
                        [&](const records::removed&) -> std::optional<cluster::kept_answer> {
                          free_memory();
                          *loading_ = {{}, record.at};
                          return std::nullopt;
                        },
                        [](const records::unknown&) -> std::optional<cluster::kept_answer> {
                          return std::nullopt;
                        },
                    },
                    record.body);
}

void room::replay_ordered(const cluster::log_record& record, const records::ordered& body,
                          time_point now) {
  events::ordered made;
  made.command = record.command;
  made.skips_origin = body.skips_origin;
  made.name = body.name;
  made.payload = body.payload;
  made.is_answer = body.is_answer;
  made.time_ms = record.time_ms;
  made.on = body.on;
  history_.append(make_event(std::move(made), record.at), now);
  if (body.idempotency_key.empty()) return;
  if (!idempotency_) idempotency_ = std::make_unique<idempotency>(rule_.idempotency_bytes_max);
  idempotency_->remember({body.user, body.is_of_api}, body.idempotency_key,
                         {history_.epoch_text(), record.at}, now);
}

void room::open(new_epoch next_epoch, std::shared_ptr<const history::ownerships> of_shard,
                std::uint64_t load) {
  notifications_ = unicasts_ = load << 32U;
  const auto& epochs = history_.epochs();
  // A room that is loaded again under the same ownership goes on in its epoch.
  if (epochs.empty() || history_.current().ownership != next_epoch.number.ownership) {
    history_.begin_epoch(next_epoch.number, std::move(next_epoch.text));
  }
  history_.use_ownerships(std::move(of_shard));
  receipts_.forget_changes();
  runner_.reseed(next_epoch.seed);
  const auto loaded = std::move(loading_);
  if (!loaded || is_stateless()) return;
  if (!loaded->handler_state.empty()) runner_.restore(loaded->handler_state);
  for (auto at = loaded->at.value + 1; at <= history_.head().value; ++at) {
    const auto event = history_.find(offset{at});
    const auto& body = cluster::ordered_of(*event);
    runner_.replay({body.name, body.payload});
  }
}

void room::keep_all(bool keeps_all, time_point now) {
  history_.keep_all(keeps_all);
  history_.trim(now);
}

}  // namespace roost::actors
