// SPDX-License-Identifier: Apache-2.0
// Checks the replies to a member's requests.
#include "tests/promises/member_view.hpp"

#include <algorithm>
#include <utility>

namespace roost::promises {

using kind = request_kind;

namespace {

bool is_push(const request& request) {
  return request.kind == kind::push || request.kind == kind::refused_push;
}

bool is_ok(const received_frame& frame) { return frame.payload.at("status") == "ok"; }

/// The reason of a refused request; empty if the request succeeded.
std::string reason_of(const received_frame& frame) {
  return is_ok(frame) ? std::string() : frame.payload.at("response").value("reason", "");
}

}  // namespace

void member_view::broke(promise broken, const std::string& text) const {
  found_.broke(broken, "client " + std::to_string(client_) + " on " + topic_ + " at " +
                           std::to_string(clock_.since_start().count()) + " ms: " + text);
}

std::string member_view::join_ref() const {
  return joining_.empty() && live_ ? live_->join_ref : joining_;
}

void member_view::requested(const std::string& reference, request request) {
  if (request.kind == kind::join) {
    request.channel = reference;
    joining_ = reference;
    is_leaving_ = false;
  } else {
    request.channel = join_ref();
  }
  if (request.kind == kind::leave) is_leaving_ = true;
  request.at = clock_.now();
  request.order = ++last_requested_;
  if (!request.is_repeat) request.connection = connection_;
  if (request.kind == kind::push && !request.is_repeat) {
    truth_.pushed({client_, request.number, request.connection}, request.channel);
  }
  pending_.emplace(reference, std::move(request));
}

void member_view::dropped(const std::string& reference) {
  const auto found = pending_.find(reference);
  if (found->second.kind == kind::leave) is_leaving_ = false;
  if (is_push(found->second)) {
    truth_.refused({client_, found->second.number, found->second.connection});
  }
  pending_.erase(found);
}

void member_view::connection_lost() {
  remember_position();
  pending_.clear();
  excused_.clear();
  joining_.clear();
  replaced_.clear();
  failed_.clear();
  live_.reset();
  is_leaving_ = is_doubtful_ = false;
}

void member_view::received(const received_frame& frame) {
  if (frame.event == "phx_reply") return reply(frame);
  if (frame.event == "phx_close" || frame.event == "phx_error") return closed(frame);
  if (is_doubtful_) return;
  if (!live_) {
    return broke(promise::within_channel, frame.event + " " + frame.payload.dump());
  }
  if (!frame.join_ref.empty() && frame.join_ref != live_->join_ref) {
    return broke(promise::within_channel, frame.event + " for join_ref " + frame.join_ref);
  }
  event(frame);
}

/// Events after the last received one are newer than this channel's join request, unless the member
/// was still catching up when the channel ended.
void member_view::remember_position() {
  if (!live_) return;
  next_born_after_.reset();
  if (position_ && position_->at >= live_->joined_at) next_born_after_ = live_->requested_at;
}

void member_view::end_channel(const std::string& join_ref) {
  for (auto it = pending_.begin(); it != pending_.end();) {
    if (it->second.channel != join_ref) {
      ++it;
      continue;
    }
    excused_.insert(*it);
    it = pending_.erase(it);
  }
}

void member_view::reply(const received_frame& frame) {
  const bool is_late = excused_.contains(frame.reference);
  auto& from = is_late ? excused_ : pending_;
  const auto found = from.find(frame.reference);
  if (found == from.end()) {
    return broke(promise::answered_once, "ref " + frame.reference + " is answered again");
  }
  const auto request = found->second;
  from.erase(found);
  check_answer_order(request, frame);
  if (is_late) return answered_late(request, frame);
  if (request.kind == kind::join) return join_answered(request, frame);
  if (is_push(request)) return push_answered(request, frame);
  const bool is_of_channel = live_ && live_->join_ref == request.channel;
  if (request.kind == kind::describe && is_of_channel && is_ok(frame)) {
    live_->meta_version = request.number;
  }
  if (request.kind == kind::describe && is_of_channel && reason_of(frame) == "unknown outcome") {
    live_->unknown_metas.insert(request.number);
  }
}

/// The edge answers ephemeral events itself, and the connection answers requests for a channel that
/// has ended. Both answers may overtake answers of the owner.
void member_view::check_answer_order(const request& request, const received_frame& frame) {
  if (request.kind == kind::ephemeral || reason_of(frame) == "unmatched topic") return;
  if (request.kind == kind::leave && (!live_ || live_->join_ref != request.channel)) return;
  if (request.order < last_answered_) {
    broke(promise::answer_order, "ref " + frame.reference + " is answered after a later one");
  }
  last_answered_ = std::max(last_answered_, request.order);
}

/// After a crash ended a channel, its last answers may still arrive; after a leave, none may.
void member_view::answered_late(const request& request, const received_frame& frame) {
  if (!is_push(request)) return;
  if (!is_ok(frame)) return push_refused(request, frame);
  if (request.kind == kind::refused_push) {
    return broke(promise::true_answer, "a push that the room refused is acknowledged");
  }
  if (request.channel != failed_) {
    return broke(promise::within_channel, "ref " + frame.reference + " is answered ok after close");
  }
  const auto& response = frame.payload.at("response");
  settled_.insert(request.number);
  truth_.acknowledged({response.at("epoch"), response.at("offset")},
                      {client_, request.number, request.connection});
}

void member_view::push_refused(const request& request, const received_frame& frame) {
  // A resent push may already have been applied when it was sent first.
  if (reason_of(frame) == "unknown outcome" && live_ && live_->join_ref == request.channel) {
    ++live_->unknown_pushes;
  }
  if (request.is_repeat || reason_of(frame) == "unknown outcome") return;
  settled_.insert(request.number);
  truth_.refused({client_, request.number, request.connection});
}

void member_view::join_answered(const request& request, const received_frame& frame) {
  if (joining_ == request.channel) joining_.clear();
  if (is_ok(frame)) return joined(request, frame);
  end_channel(request.channel);
  // A newer pending join replaces the refused channel.
  if (!joining_.empty()) replaced_.insert(request.channel);
  // The member was in the room until the crash, and the first answer to its join was lost. Its
  // pushes of that time may have been applied.
  if (reason_of(frame) == "join crashed") failed_ = request.channel;
  if (!live_) return;
  end_channel(live_->join_ref);
  replaced_.insert(live_->join_ref);
  live_.reset();
  is_doubtful_ = true;
}

void member_view::joined(const request& request, const received_frame& frame) {
  const auto& response = frame.payload.at("response");
  const position head{response.at("epoch"), response.at("offset")};
  const auto missed = response.value("missed", std::uint64_t{0});
  check_join(request, frame);
  if (live_) {
    end_channel(live_->join_ref);
    replaced_.insert(live_->join_ref);
  }
  is_doubtful_ = false;
  live_ = channel{};
  live_->join_ref = request.channel;
  live_->epoch = head.epoch;
  live_->next = head.at + 1 - missed;
  live_->joined_at = live_->head_known = head.at;
  live_->meta_version = request.number;
  live_->requested_at = request.at;
  if (missed == 0) live_->seen_epoch = head.epoch;
  if (request.resume && response.value("recovered", false)) {
    live_->seen_epoch = request.resume->epoch;
  }
  if (missed == 0) {
    position_ = head;
  } else if (!request.resume || !response.value("recovered", false)) {
    position_.reset();
  }
  events_missed_ += missed;
  presence_.joined();
  receipts_.joined();
  last_ephemeral_.clear();
}

void member_view::push_answered(const request& request, const received_frame& frame) {
  if (!is_ok(frame)) return push_refused(request, frame);
  if (request.kind == kind::refused_push) {
    return broke(promise::true_answer, "a push that the room refused is acknowledged");
  }
  if (!live_ || live_->join_ref != request.channel) {
    return broke(promise::within_channel,
                 "ref " + frame.reference + " is answered outside of its channel");
  }
  const auto& response = frame.payload.at("response");
  const position at{response.at("epoch"), response.at("offset")};
  truth_.acknowledged(at, {client_, request.number, request.connection});
  settled_.insert(request.number);
  live_->head_known = std::max(live_->head_known, at.at);
  live_->own.insert(at.at);
  if (request.is_repeat) return;
  live_->acknowledged_at = request.at;
  if (at.at <= live_->last_ack || at.at <= live_->joined_at) {
    broke(promise::push_order, "acknowledged at " + std::to_string(at.at) + " after " +
                                   std::to_string(std::max(live_->last_ack, live_->joined_at)));
  }
  live_->last_ack = at.at;
  if (terms_.echo) live_->own_unseen.insert(at.at);
}

void member_view::closed(const received_frame& frame) {
  if (replaced_.erase(frame.join_ref) > 0) return;
  if (!live_ || frame.join_ref != live_->join_ref) {
    return broke(promise::within_channel, frame.event + " of " + frame.join_ref);
  }
  remember_position();
  if (frame.event == "phx_error") failed_ = live_->join_ref;
  end_channel(live_->join_ref);
  live_.reset();
  is_leaving_ = false;
}

bool member_view::has_all_up_to(std::uint64_t at) const {
  auto unknown = terms_.echo ? 0 : live_->unknown_pushes;
  if (unknown > 0 && !shows_positions_) return true;
  for (auto offset = live_->next; offset <= at; ++offset) {
    if (!terms_.echo && live_->own.contains(offset)) continue;
    if (unknown-- == 0) return false;
  }
  return true;
}

void member_view::check_quiet() const {
  for (const auto& [reference, request] : pending_) {
    broke(promise::answered, "ref " + reference + " (" +
                                 std::to_string(static_cast<int>(request.kind)) +
                                 ") has no answer");
  }
  if (live_ && !live_->own_unseen.empty()) {
    broke(promise::true_answer, "the push acknowledged at " +
                                    std::to_string(*live_->own_unseen.begin()) +
                                    " never arrived as event");
  }
  if (live_ && terms_.has_presence && !presence_.has_state()) {
    broke(promise::presence, "no presence_state arrived");
  }
}

}  // namespace roost::promises
