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

message_result answer(const net::message& said, errc why, bool keeps_join_ref) {
  message_result out;
  out.action = message_result::action_kind::answer;
  out.why = why;
  if (keeps_join_ref) out.join_ref = said.join_ref;
  out.request.reference = said.reference;
  return out;
}

/// Replies through the edge, so that the reply stays in order with the channel's other frames.
message_result answer_in_order(message_result out, errc why) {
  out.action = message_result::action_kind::forward;
  out.request.kind = edge_request_kind::answer;
  out.request.why = why;
  return out;
}

bool is_heartbeat(const net::message& said) {
  return said.topic == "phoenix" && said.event == "heartbeat";
}

/// True for a token refresh. It is never forwarded as an event, so other members never see it.
bool is_token(const net::message& said) {
  return said.event_is_string && said.event == "access_token";
}

bool is_join(const net::message& said) { return said.event_is_string && said.event == "phx_join"; }

/// The request kind of an event that is addressed to the server itself; none: an ordinary event.
std::optional<edge_request_kind> meaning_of(std::string_view event) {
  if (event == "presence_update") return edge_request_kind::describe;
  if (event == "mark_read") return edge_request_kind::mark_read;
  return std::nullopt;
}

bool is_called(const net::message& said, const net::ref& name) {
  return said.is_from_binary_frame ? net::same_plain_text(said.join_ref, name)
                                   : net::same_ref(said.join_ref, name);
}

/// A client that joined with different join_ref and ref (such as join_ref 0) may use either as
/// join_ref afterwards. True if this message uses the ref.
bool is_called_by_reference(const net::message& said, const channel_facts& found) {
  return !said.join_ref.is_null() && !is_called(said, found.join_ref) &&
         is_called(said, found.join_reference);
}

/// A null join_ref is never stale: Phoenix 1.9 and later accept it on a joined topic (earlier
/// versions drop such a message silently).
bool is_stale(const net::message& said, const channel_facts& found) {
  return !said.join_ref.is_null() && !is_called(said, found.join_ref) &&
         !is_called(said, found.join_reference);
}

/// A refused join also ends the channel that it was to replace, because the client assumes that the
/// old channel is closed. The edge handles it as a leave, with the error as its reply, in order.
message_result refuse_join(const net::message& said, const std::optional<channel_facts>& found,
                           message_result&& out, errc why) {
  if (!found) return answer(said, why, why != errc::unmatched_topic);
  out.request.serial = found->serial;
  if (found->is_leaving) return answer_in_order(std::move(out), why);
  out.action = message_result::action_kind::forward;
  out.request.kind = edge_request_kind::leave;
  out.request.why = why;
  return std::move(out);
}

message_result join(const net::message& said, const std::optional<channel_facts>& found,
                    std::size_t channels, message_result out, const settings& config,
                    const access_result& as) {
  const auto* rule = said.topic_is_string ? rule_of(config.rooms, said.topic) : nullptr;
  const auto refuse = [&](errc why) { return refuse_join(said, found, std::move(out), why); };
  if (!rule) return refuse(errc::unmatched_topic);
  if (as.token != errc::none) return refuse(as.token);
  if (as.awaits_token || !may_join(config, *rule, said.topic, as.principal)) {
    return refuse(errc::unauthorized);
  }
  if ((!found || found->is_leaving) && channels >= config.limits.channels_max) {
    return refuse(errc::too_many_channels);
  }
  if (said.body.kind == payload_kind::binary && !said.body.data.view().empty()) {
    return refuse(errc::invalid_payload);
  }
  auto options = join_options_of(said.body, rule->presence.meta_bytes_max);
  if (!options) return refuse(options.failure().code);
  if (options->resume || options->history || !options->meta.empty()) {
    out.request.options = std::make_shared<const join_options>(std::move(*options));
  }
  out.action = found ? message_result::action_kind::forward : message_result::action_kind::open;
  out.request.kind = edge_request_kind::join;
  if (as.principal) out.request.user = as.principal->user;
  return out;
}

/// A leave always succeeds, even with an invalid payload or over a rate limit, so that no client is
/// stuck in a channel.
message_result leave(const net::inbound& in, const std::optional<channel_facts>& found,
                     message_result out) {
  const auto& said = in.said;
  if (!found) return answer(said, errc::none, true);
  if (is_stale(said, *found)) {
    const bool is_answered = in.refused != errc::none && in.refused != errc::rate_limited;
    return is_answered ? answer_in_order(std::move(out), in.refused) : message_result{};
  }
  if (found->is_leaving) return answer_in_order(std::move(out), errc::none);
  out.action = message_result::action_kind::forward;
  out.request.kind = edge_request_kind::leave;
  return out;
}

/// Handles presence_update and mark_read.
message_result about_member(edge_request_kind kind, const net::message& said, message_result out,
                            const settings& config) {
  if (kind == edge_request_kind::describe) {
    const auto* rule = rule_of(config.rooms, said.topic);
    auto meta = meta_of(said.body, rule ? rule->presence.meta_bytes_max : 0);
    if (!meta) return answer_in_order(std::move(out), meta.failure().code);
    out.request.payload.data = slice::of(bytes_ptr::copy(*meta));
  } else {
    auto place = position_of(said.body);
    if (!place) return answer_in_order(std::move(out), place.failure().code);
    out.request.options =
        std::make_shared<const join_options>(join_options{std::move(*place), {}, {}});
  }
  out.action = message_result::action_kind::forward;
  out.request.kind = kind;
  return out;
}

/// The reason why this member may not push this event; none: it may.
errc push_fault(const net::message& said, const settings& config, net::auth::principal principal) {
  const auto* rule = rule_of(config.rooms, said.topic);
  if (!rule) return errc::unmatched_topic;  // a reload removed the rule
  return net::auth::may_push(rule->allow, said.topic, said.event, principal) ? errc::none
                                                                             : errc::unauthorized;
}

message_result push(const net::inbound& in, const channel_facts& found, message_result&& out,
                    const settings& config, const access_result& as) {
  const auto& said = in.said;
  if (found.is_leaving) return answer_in_order(std::move(out), errc::unmatched_topic);
  if (in.refused != errc::none) return answer_in_order(std::move(out), in.refused);
  if (is_stale(said, found)) return {};
  if (is_token(said)) return answer_in_order(std::move(out), as.token);
  if (const auto kind = said.event_is_string ? meaning_of(said.event) : std::nullopt) {
    return about_member(*kind, said, std::move(out), config);
  }
  if (!said.event_is_string) return answer_in_order(std::move(out), errc::unmatched_topic);
  if (said.event.empty()) return answer_in_order(std::move(out), errc::invalid_payload);
  if (is_reserved_event(said.event)) return answer_in_order(std::move(out), errc::reserved_event);
  if (const auto why = push_fault(said, config, as.principal); why != errc::none) {
    return answer_in_order(std::move(out), why);
  }
  if (said.body.kind == payload_kind::json && !said.body.is_object) {
    return answer_in_order(std::move(out), errc::invalid_payload);
  }
  out.action = message_result::action_kind::forward;
  out.request.kind = edge_request_kind::push;
  out.request.event = said.event;
  out.request.payload = said.body;
  return out;
}

}  // namespace

std::optional<result<std::string>> token_in(const net::inbound& in,
                                            const std::optional<channel_facts>& found) {
  const auto& said = in.said;
  if (in.refused != errc::none) return std::nullopt;
  if (is_join(said)) {
    auto given = token_of(said.body);
    if (given && given->empty()) return std::nullopt;
    return given;
  }
  if (!is_token(said)) return std::nullopt;
  const bool is_heard =
      found ? !found->is_leaving && !is_stale(said, *found) : said.topic == "phoenix";
  if (!is_heard) return std::nullopt;
  auto given = token_of(said.body);
  if (given && given->empty()) return result<std::string>{errc::invalid_payload};
  return given;
}

bool may_join(const settings& config, const room_rule& rule, std::string_view topic_name,
              net::auth::principal principal) {
  if (!rule.allow.join && !has_token_key(config)) return true;
  return net::auth::may_join(rule.allow, topic_name, principal);
}

message_result decide(const net::inbound& in, const std::optional<channel_facts>& found,
                      std::size_t channels, channel_serial next_serial, net::wire_format format,
                      const settings& config, const access_result& as) {
  const auto& said = in.said;
  if (is_heartbeat(said)) return answer(said, errc::none, false);
  message_result out;
  out.request.format = format;
  const bool joins = is_join(said);
  const bool keeps_join_ref = !found || joins || is_called_by_reference(said, *found);
  out.request.join_ref = keeps_join_ref ? said.join_ref : found->join_ref;
  out.request.reference = said.reference;
  out.request.serial = found && !joins ? found->serial : next_serial;
  if (joins) {
    if (in.refused != errc::none) return refuse_join(said, found, std::move(out), in.refused);
    return join(said, found, channels, std::move(out), config, as);
  }
  if (in.refused != errc::none && !found) return answer(said, in.refused, true);
  if (as.awaits_token && !is_token(said)) return answer(said, errc::unauthorized, true);
  if (said.event_is_string && said.event == "phx_leave") return leave(in, found, std::move(out));
  if (!found) {
    if (said.topic == "phoenix" && is_token(said)) return answer(said, as.token, false);
    return answer(said, errc::unmatched_topic, false);
  }
  return push(in, *found, std::move(out), config, as);
}

}  // namespace roost::actors
