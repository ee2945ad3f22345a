// SPDX-License-Identifier: Apache-2.0
#include "actors/connection/connection_rules.hpp"

#include <memory>
#include <optional>
#include <utility>

#include "actors/connection/join_parser.hpp"
#include "actors/rules/rule_match.hpp"
#include "config/base/reserved_names.hpp"

namespace roost::actors {

namespace {

message_result answer(const net::message& message, errc why, bool keeps_join_ref) {
  message_result out;
  out.action = message_result::action_kind::answer;
  out.why = why;
  if (keeps_join_ref) out.join_ref = message.join_ref;
  out.request.reference = message.reference;
  return out;
}

/// Replies through the edge, so that the reply stays in order with the channel's other frames.
message_result answer_in_order(message_result out, errc why) {
  out.action = message_result::action_kind::forward;
  out.request.kind = edge_request_kind::answer;
  out.request.why = why;
  return out;
}

bool is_heartbeat(const net::message& message) {
  return message.topic == "phoenix" && message.event == "heartbeat";
}

/// Whether the message is a token refresh. It is never forwarded, so other members never see it.
bool is_token(const net::message& message) {
  return message.event_is_string && message.event == "access_token";
}

bool is_join(const net::message& message) {
  return message.event_is_string && message.event == "phx_join";
}

/// The request kind of an event that is addressed to the server itself; none: an ordinary event.
std::optional<edge_request_kind> server_request_of(std::string_view event) {
  if (event == "presence_update") return edge_request_kind::update_meta;
  if (event == "mark_read") return edge_request_kind::mark_read;
  return std::nullopt;
}

bool has_join_ref(const net::message& message, const net::ref& join_ref) {
  return message.is_from_binary_message ? net::same_plain_text(message.join_ref, join_ref)
                                        : net::same_ref(message.join_ref, join_ref);
}

/// A client that joined with different join_ref and ref (such as join_ref 0) may use either as
/// join_ref afterwards. True if this message uses the ref.
bool names_join_reference(const net::message& message, const channel_facts& found) {
  return !message.join_ref.is_null() && !has_join_ref(message, found.join_ref) &&
         has_join_ref(message, found.join_reference);
}

/// A null join_ref is never stale: Phoenix 1.9 and later accept it on a joined topic (earlier
/// versions drop such a message silently).
bool is_stale(const net::message& message, const channel_facts& found) {
  return !message.join_ref.is_null() && !has_join_ref(message, found.join_ref) &&
         !has_join_ref(message, found.join_reference);
}

/// A refused join also ends the channel that it would replace, because the client assumes that the
/// old channel is closed. The edge handles it as a leave, with the error as its reply, in order.
message_result refuse_join(const net::message& message, const std::optional<channel_facts>& found,
                           message_result&& out, errc why) {
  if (!found) return answer(message, why, why != errc::unmatched_topic);
  out.request.serial = found->serial;
  if (found->is_leaving) return answer_in_order(std::move(out), why);
  out.action = message_result::action_kind::forward;
  out.request.kind = edge_request_kind::leave;
  out.request.why = why;
  return std::move(out);
}

/// The late answer about this message, if there is one; otherwise the authorizer's.
authorization ask(authorization_request::action_kind action, const net::message& message,
                  const room_rule& rule, const settings& config, const access_result& access) {
  if (access.answer) return {*access.answer};
  const bool is_push = action == authorization_request::action_kind::push;
  return access.authorizer->decide({action, config, rule, message.topic,
                                    is_push ? std::string_view{message.event} : "",
                                    access.principal, access.connection, access.may_wait});
}

message_result wait_for(std::uint64_t question) {
  message_result out;
  out.action = message_result::action_kind::wait;
  out.question = question;
  return out;
}

message_result join(const net::message& message, const std::optional<channel_facts>& found,
                    std::size_t channels, message_result out, const settings& config,
                    const access_result& access) {
  const auto* rule = message.topic_is_string ? rule_of(config.rooms, message.topic) : nullptr;
  const auto refuse = [&](errc why) { return refuse_join(message, found, std::move(out), why); };
  if (!rule) return refuse(errc::unmatched_topic);
  if (access.token != errc::none) return refuse(access.token);
  if (access.awaits_token) return refuse(errc::unauthorized);
  const auto asked = ask(authorization_request::action_kind::join, message, *rule, config, access);
  if (asked.pending != 0) return wait_for(asked.pending);
  if (asked.refused != errc::none) return refuse(asked.refused);
  if ((!found || found->is_leaving) && channels >= config.limits.channels_max) {
    return refuse(errc::too_many_channels);
  }
  if (message.body.kind == payload_kind::binary && !message.body.data.view().empty()) {
    return refuse(errc::invalid_payload);
  }
  auto options = join_options_of(message.body, rule->presence.meta_bytes_max);
  if (!options) return refuse(options.failure().code);
  if (options->resume || options->history || !options->meta.empty()) {
    out.request.options = std::make_shared<const join_options>(std::move(*options));
  }
  out.action = found ? message_result::action_kind::forward : message_result::action_kind::open;
  out.request.kind = edge_request_kind::join;
  if (access.principal) out.request.user = access.principal->user;
  return out;
}

/// A leave always succeeds, even with an invalid payload or over a rate limit, so that no client is
/// stuck in a channel.
message_result leave(const net::inbound& in, const std::optional<channel_facts>& found,
                     message_result out) {
  const auto& message = in.decoded;
  if (!found) return answer(message, errc::none, true);
  if (is_stale(message, *found)) {
    const bool is_answered = in.refused != errc::none && in.refused != errc::rate_limited;
    return is_answered ? answer_in_order(std::move(out), in.refused) : message_result{};
  }
  if (found->is_leaving) return answer_in_order(std::move(out), errc::none);
  out.action = message_result::action_kind::forward;
  out.request.kind = edge_request_kind::leave;
  return out;
}

/// Handles presence_update and mark_read.
message_result member_update(edge_request_kind kind, const net::message& message,
                             message_result out, const settings& config) {
  if (kind == edge_request_kind::update_meta) {
    const auto* rule = rule_of(config.rooms, message.topic);
    auto meta = meta_of(message.body, rule ? rule->presence.meta_bytes_max : 0);
    if (!meta) return answer_in_order(std::move(out), meta.failure().code);
    out.request.payload.data = slice::of(bytes_ptr::copy(*meta));
  } else {
    auto read_up_to = position_of(message.body);
    if (!read_up_to) return answer_in_order(std::move(out), read_up_to.failure().code);
    out.request.options =
        std::make_shared<const join_options>(join_options{std::move(*read_up_to), {}, {}});
  }
  out.action = message_result::action_kind::forward;
  out.request.kind = kind;
  return out;
}

authorization ask_for_push(const net::message& message, const settings& config,
                           const access_result& access) {
  const auto* rule = rule_of(config.rooms, message.topic);
  if (!rule) return {errc::unmatched_topic};  // a reload removed the rule
  return ask(authorization_request::action_kind::push, message, *rule, config, access);
}

message_result push(const net::inbound& in, const channel_facts& found, message_result&& out,
                    const settings& config, const access_result& access) {
  const auto& message = in.decoded;
  if (found.is_leaving) return answer_in_order(std::move(out), errc::unmatched_topic);
  if (in.refused != errc::none) return answer_in_order(std::move(out), in.refused);
  if (is_stale(message, found)) return {};
  if (is_token(message)) return answer_in_order(std::move(out), access.token);
  if (const auto kind = message.event_is_string ? server_request_of(message.event) : std::nullopt) {
    return member_update(*kind, message, std::move(out), config);
  }
  if (!message.event_is_string) return answer_in_order(std::move(out), errc::unmatched_topic);
  if (message.event.empty()) return answer_in_order(std::move(out), errc::invalid_payload);
  if (is_reserved_event(message.event))
    return answer_in_order(std::move(out), errc::reserved_event);
  const auto asked = ask_for_push(message, config, access);
  if (asked.pending != 0) return wait_for(asked.pending);
  if (asked.refused != errc::none) return answer_in_order(std::move(out), asked.refused);
  if (message.body.kind == payload_kind::json && !message.body.is_object) {
    return answer_in_order(std::move(out), errc::invalid_payload);
  }
  out.action = message_result::action_kind::forward;
  out.request.kind = edge_request_kind::push;
  out.request.event = message.event;
  out.request.payload = message.body;
  return out;
}

}  // namespace

std::optional<result<std::string>> token_in(const net::inbound& in,
                                            const std::optional<channel_facts>& found) {
  const auto& message = in.decoded;
  if (in.refused != errc::none) return std::nullopt;
  if (is_join(message)) {
    auto token = token_of(message.body);
    if (token && token->empty()) return std::nullopt;
    return token;
  }
  if (!is_token(message)) return std::nullopt;
  const bool is_accepted =
      found ? !found->is_leaving && !is_stale(message, *found) : message.topic == "phoenix";
  if (!is_accepted) return std::nullopt;
  auto token = token_of(message.body);
  if (token && token->empty()) return result<std::string>{errc::invalid_payload};
  return token;
}

message_result decide(const net::inbound& in, const std::optional<channel_facts>& found,
                      std::size_t channels, channel_serial next_serial, net::wire_format format,
                      const settings& config, const access_result& access) {
  const auto& message = in.decoded;
  if (is_heartbeat(message)) return answer(message, errc::none, false);
  message_result out;
  out.request.format = format;
  const bool joins = is_join(message);
  const bool keeps_join_ref = !found || joins || names_join_reference(message, *found);
  out.request.join_ref = keeps_join_ref ? message.join_ref : found->join_ref;
  out.request.reference = message.reference;
  out.request.serial = found && !joins ? found->serial : next_serial;
  if (joins) {
    if (in.refused != errc::none) return refuse_join(message, found, std::move(out), in.refused);
    return join(message, found, channels, std::move(out), config, access);
  }
  if (in.refused != errc::none && !found) return answer(message, in.refused, true);
  if (access.awaits_token && !is_token(message)) return answer(message, errc::unauthorized, true);
  if (message.event_is_string && message.event == "phx_leave")
    return leave(in, found, std::move(out));
  if (!found) {
    if (message.topic == "phoenix" && is_token(message))
      return answer(message, access.token, false);
    return answer(message, errc::unmatched_topic, false);
  }
  return push(in, *found, std::move(out), config, access);
}

}  // namespace roost::actors
