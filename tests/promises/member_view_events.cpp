// SPDX-License-Identifier: Apache-2.0
// Checks the events that a member receives: ordered, ephemeral, presence and read receipts.
#include <algorithm>

#include "tests/promises/member_view.hpp"

namespace roost::promises {

using kind = request_kind;

void member_view::event(const received_frame& frame) {
  if (frame.event == "presence_state") return presence_.state(frame.payload);
  if (frame.event == "presence_diff") return presence_.diff(frame.payload);
  if (frame.event.starts_with("presence_")) return;
  if (frame.event.starts_with("read_receipt")) return receipt(frame);
  if (!truth_.was_sent(content_of(frame.event, frame.payload))) {
    return broke(promise::as_sent, "nobody sent " + content_of(frame.event, frame.payload));
  }
  const auto& names = terms_.ephemeral;
  if (std::find(names.begin(), names.end(), frame.event) != names.end()) return ephemeral(frame);
  if (frame.position.has_value() != shows_positions_) {
    return broke(promise::well_formed,
                 frame.event + " must have a position only if the format shows it");
  }
  const auto& by = frame.payload;
  ordered(frame, {by.at("c"), by.at("s"), by.value("l", std::uint64_t{0})});
}

void member_view::receipt(const received_frame& frame) {
  const bool is_ahead = frame.event == "read_receipts" ? receipts_.add(frame.payload)
                                                       : receipts_.moved(frame.payload);
  if (!is_ahead) broke(promise::receipts, "a mark went back: " + frame.payload.dump());
  for (const auto& [user, at] : receipts_.all()) {
    if (truth_.is_marked(at)) continue;
    broke(promise::receipts, user + " never marked " + at.epoch + ":" + std::to_string(at.at));
  }
}

/// Without a duplicating bus, each event arrives at most once. Without a lossy bus, the events of
/// one connection arrive in order.
void member_view::ephemeral(const received_frame& frame) {
  if (frame.position) return broke(promise::well_formed, "an ephemeral event has a position");
  const std::uint64_t number = frame.payload.at("e");
  auto& last = last_ephemeral_[{frame.payload.at("c"), frame.payload.at("l")}];
  const bool is_overtaken = number < last && !terms_.loses;
  if (is_overtaken || (number == last && !terms_.doubles)) {
    broke(promise::as_sent, frame.payload.dump() + " comes after " + std::to_string(last));
  }
  last = std::max(last, number);
}

void member_view::ordered(const received_frame& frame, const push_id& push) {
  // Without positions nobody can tell which offset this is.
  if (!frame.position && !terms_.echo && live_->unknown_pushes > 0) return;
  const auto position = frame.position.value_or(count_position());
  truth_.received(position, content_of(frame.event, frame.payload), push);
  check_offset(position);
  check_epoch(position);
  if (!live_->seen_epoch.empty() && live_->seen_epoch != position.epoch) {
    truth_.goes_on(position.epoch, live_->next - 1);
  }
  live_->seen_epoch = position.epoch;
  check_sender(position, push);
  ++events_;
  live_->next = position.at + 1;
  live_->head_known = std::max(live_->head_known, position.at);
  live_->own_unseen.erase(position.at);
  if (!position.epoch.empty()) {
    position_ = position;
    auto& head = heads_[position.epoch];
    head = std::max(head, position.at);
  } else if (position_) {
    position_->at = position.at;  // missed events count as events of the epoch that was resumed
  }
}

/// The position of the next event for a member without positions on the wire. The epoch of missed
/// events is unknown.
position member_view::count_position() const {
  auto at = live_->next;
  while (!terms_.echo && at > live_->joined_at && live_->own.contains(at)) ++at;
  return {at > live_->joined_at ? live_->epoch : std::string(), at};
}

void member_view::check_offset(const position& position) {
  const auto text = position.epoch + ":" + std::to_string(position.at);
  if (position.at < live_->next) {
    return broke(promise::order, text + " where " + std::to_string(live_->next) + " comes next");
  }
  for (auto missing = live_->next; missing < position.at; ++missing) {
    // Without echo a member does not receive its own live events.
    const bool may_be_own = !terms_.echo && missing > live_->joined_at;
    if (may_be_own && live_->own.contains(missing)) continue;
    if (may_be_own && live_->unknown_pushes > 0) {
      --live_->unknown_pushes;
      continue;
    }
    broke(promise::no_gap, text + " where " + std::to_string(missing) + " comes next");
  }
}

void member_view::check_epoch(const position& position) {
  if (position.epoch.empty()) return;
  auto& epochs = live_->epochs;
  if (position.at > live_->joined_at && position.epoch != live_->epoch) {
    // A crash starts a new epoch and ends every channel.
    if (!terms_.moves) {
      broke(promise::order, "epoch " + position.epoch + " in a channel of epoch " + live_->epoch);
    }
    const bool is_over = !epochs.empty() && epochs.back() == live_->epoch;
    if (!is_over) epochs.push_back(live_->epoch);
    live_->epoch = position.epoch;
  }
  if (!epochs.empty() && epochs.back() == position.epoch) return;
  if (std::find(epochs.begin(), epochs.end(), position.epoch) != epochs.end()) {
    broke(promise::order, "epoch " + position.epoch + " comes back");
  }
  epochs.push_back(position.epoch);
}

void member_view::check_sender(const position& position, const push_id& push) {
  auto& last = live_->last_numbers[{push.client, push.connection}];
  if (push.number <= last && !truth_.is_repeated(push)) {
    broke(promise::push_order, "push " + std::to_string(push.number) + " of client " +
                                   std::to_string(push.client) + " after " + std::to_string(last));
  }
  last = std::max(last, push.number);
  if (push.client != client_) return;
  const bool is_own = push.connection == connection_;
  if (!terms_.echo && is_own && position.at > live_->joined_at) {
    broke(promise::no_gap, "its own event without echo");
  }
  for (const auto& [reference, request] : pending_) {
    if (request.kind == kind::push && request.number == push.number && !request.is_repeat) {
      broke(promise::reply_first, "its event came before its reply " + reference);
    }
  }
}

}  // namespace roost::promises
