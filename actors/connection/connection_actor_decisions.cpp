// SPDX-License-Identifier: Apache-2.0
// How a connection decides each message, at once or when its authorizer has answered.
#include <caf/send.hpp>
#include <string>
#include <utility>

#include "actors/connection/connection_actor.hpp"
#include "actors/messages/edge_request.hpp"

namespace roost::actors {

void connection_actor::take(net::inbound& in, std::uint32_t bytes_in) {
  const auto& message = in.decoded;
  const bool must_wait = deferred_ && deferred_->must_wait(message);
  const auto* found = channel_of(message);
  const bool passes = is_within_rates(message, must_wait || found);
  if (in.refused == errc::none && !passes) in.refused = errc::rate_limited;
  const bool has_room =
      !deferred_ || deferred_->has_space_for(message, bytes_in, shared_.config->limits);
  if (must_wait && has_room) return deferred_->add({std::move(in), bytes_in});
  if (must_wait && in.refused == errc::none) in.refused = errc::rate_limited;
  const auto question = decide_now(in, bytes_in, found, {.may_wait = has_room});
  apply_renewal();  // before this message can wait: its question is about the new token already
  if (question == 0) return;
  if (!deferred_) deferred_ = std::make_unique<deferred_messages>();
  deferred_->add_first({std::move(in), bytes_in}, question);
}

/// Returns 0, or the number of the question whose answer the message has to wait for.
std::uint64_t connection_actor::decide_now(const net::inbound& in, std::uint32_t bytes_in,
                                           const channel* found, decision_options how) {
  std::optional<channel_facts> facts;
  if (found) {
    facts =
        channel_facts{found->join_ref(), found->serial, found->is_leaving, found->join_reference()};
  }
  access_result access;
  if (how.is_new) access.token = check_token(in, facts);
  access.principal = principal();
  access.awaits_token = tokens_ == token_use::required && !access.principal;
  access.authorizer = &shared_.authorizer;
  access.connection = session_->id();
  access.may_wait = how.may_wait;
  access.answer = how.answer;
  auto result = decide(in, facts, channels_.held(), channels_.next_serial(), format_,
                       shared_.config.current(), access);
  if (result.action == message_result::action_kind::wait) return result.question;
  carry_out(std::move(result), in.decoded, bytes_in);
  return 0;
}

void connection_actor::carry_out(message_result result, const net::message& message,
                                 std::uint32_t bytes_in) {
  result.request.from = session_->id();
  result.request.bytes_in = bytes_in;
  if (result.action == message_result::action_kind::drop ||
      result.action == message_result::action_kind::answer) {
    result.action == message_result::action_kind::answer ? reply(result, message)
                                                         : dropped(message);
    session_->release_credit(bytes_in);
    return;
  }
  using kind = edge_request_kind;
  auto* at =
      result.action == message_result::action_kind::open
          ? &channels_.open(result, message.topic, shared_.edges.acquire(topic{message.topic}))
          : channels_.find(message.topic);
  if (result.request.kind == kind::join) {
    channels_.rejoin(*at, result);
  } else {
    if (result.request.kind == kind::leave) channels_.leave(*at);
    if (result.request.why != errc::none) refused(result.request.why, message);
  }
  caf::anon_send(at->edge, std::move(result.request));
}

void connection_actor::ended(const channel_ended& closed) {
  if (!channels_.ended(closed.topic, closed.serial)) return;
  shared_.edges.release(closed.topic);
  // An answer about a push of this channel must not count for a later one: decide the push now.
  if (deferred_ && deferred_->is_asking_for_push(closed.topic.name))
    resume_topic(closed.topic.name);
  apply_renewal();
}

void connection_actor::answered(const authorization_answer& answer) {
  if (!deferred_ || !deferred_->is_asking(answer.topic.name, answer.question)) return;
  resume_topic(answer.topic.name, answer.refused);
  apply_renewal();
}

/// Decides the messages of the topic that wait, in order, until one has to wait for an answer.
/// Without `answer`, the first one is asked for again.
void connection_actor::resume_topic(const std::string& topic_name, std::optional<errc> answer) {
  if (!deferred_ || !session_->is_open()) return;  // closed() drops them
  deferred_->resume(topic_name, [&](const deferred_message& message, bool is_first) {
    const decision_options how{.is_new = !is_first, .answer = is_first ? answer : std::nullopt};
    return decide_now(message.in, message.bytes_in, channel_of(message.in.decoded), how);
  });
  if (deferred_->is_empty()) deferred_.reset();
}

/// After a new token: ends the channels that it does not allow, and asks again for the messages
/// that wait, because the answers would be about the rights of the token before.
void connection_actor::apply_renewal() {
  while (std::exchange(is_renewed_, false)) {
    end_lost_channels();
    const auto waiting = deferred_ ? deferred_->topics() : std::vector<std::string>{};
    for (const auto& each : waiting) resume_topic(each);
  }
}

}  // namespace roost::actors
