#include "actors/connection/channels.hpp"

#include <memory>
#include <optional>
#include <utility>

#include "actors/node_context.hpp"
#include "config/reserved_names.hpp"

namespace roost::actors {

namespace {

decision answer(const net::message& said, errc why, bool keeps_join_ref) {
  decision out;
  out.what = decision::kind::answer;
  out.why = why;
  if (keeps_join_ref) out.join_ref = said.join_ref;
  out.request.reference = said.reference;
  return out;
}

/// Replies through the edge, so that the reply stays in order with the channel's other frames.
decision answer_in_order(decision out, errc why) {
  out.what = decision::kind::forward;
  out.request.what = edge_request::kind::answer;
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
std::optional<edge_request::kind> meaning_of(std::string_view event) {
  if (event == "presence_update") return edge_request::kind::describe;
  if (event == "mark_read") return edge_request::kind::mark_read;
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
decision refuse_join(const net::message& said, const std::optional<channel_facts>& found,
                     decision&& out, errc why) {
  if (!found) return answer(said, why, why != errc::unmatched_topic);
  out.request.serial = found->serial;
  if (found->is_leaving) return answer_in_order(std::move(out), why);
  out.what = decision::kind::forward;
  out.request.what = edge_request::kind::leave;
  out.request.why = why;
  return std::move(out);
}

decision join(const net::message& said, const std::optional<channel_facts>& found,
              std::size_t channels, decision out, const settings& config, const standing& as) {
  const auto* rule = said.topic_is_string ? rule_of(config.rooms, said.topic) : nullptr;
  const auto refuse = [&](errc why) { return refuse_join(said, found, std::move(out), why); };
  if (!rule) return refuse(errc::unmatched_topic);
  if (as.token != errc::none) return refuse(as.token);
  if (as.is_held || !may_join(config, *rule, said.topic, as.who)) {
    return refuse(errc::unauthorized);
  }
  if ((!found || found->is_leaving) && channels >= config.limits.channels_max) {
    return refuse(errc::too_many_channels);
  }
  if (said.body.kind == net::payload_kind::binary && !said.body.data.view().empty()) {
    return refuse(errc::invalid_payload);
  }
  auto options = join_options_of(said.body, rule->presence.meta_bytes_max);
  if (!options) return refuse(options.failure().code);
  if (options->resume || options->history || !options->meta.empty()) {
    out.request.options = std::make_shared<const join_options>(std::move(*options));
  }
  out.what = found ? decision::kind::forward : decision::kind::open;
  out.request.what = edge_request::kind::join;
  if (as.who) out.request.user = as.who->user;
  return out;
}

/// A leave always succeeds, even with an invalid payload or over a rate limit, so that no client is
/// stuck in a channel.
decision leave(const net::inbound& in, const std::optional<channel_facts>& found, decision out) {
  const auto& said = in.said;
  if (!found) return answer(said, errc::none, true);
  if (is_stale(said, *found)) {
    const bool is_answered = in.refused != errc::none && in.refused != errc::rate_limited;
    return is_answered ? answer_in_order(std::move(out), in.refused) : decision{};
  }
  if (found->is_leaving) return answer_in_order(std::move(out), errc::none);
  out.what = decision::kind::forward;
  out.request.what = edge_request::kind::leave;
  return out;
}

/// Handles presence_update and mark_read.
decision about_member(edge_request::kind what, const net::message& said, decision out,
                      const settings& config) {
  if (what == edge_request::kind::describe) {
    const auto* rule = rule_of(config.rooms, said.topic);
    auto meta = meta_of(said.body, rule ? rule->presence.meta_bytes_max : 0);
    if (!meta) return answer_in_order(std::move(out), meta.failure().code);
    out.request.body.data = slice::of(bytes_ptr::copy(*meta));
  } else {
    auto place = place_of(said.body);
    if (!place) return answer_in_order(std::move(out), place.failure().code);
    out.request.options =
        std::make_shared<const join_options>(join_options{std::move(*place), {}, {}});
  }
  out.what = decision::kind::forward;
  out.request.what = what;
  return out;
}

/// The reason why this member may not push this event; none: it may.
errc push_fault(const net::message& said, const settings& config, net::auth::principal who) {
  const auto* rule = rule_of(config.rooms, said.topic);
  if (!rule) return errc::unmatched_topic;  // a reload removed the rule
  return net::auth::may_push(rule->allow, said.topic, said.event, who) ? errc::none
                                                                       : errc::unauthorized;
}

decision push(const net::inbound& in, const channel_facts& found, decision&& out,
              const settings& config, const standing& as) {
  const auto& said = in.said;
  if (found.is_leaving) return answer_in_order(std::move(out), errc::unmatched_topic);
  if (in.refused != errc::none) return answer_in_order(std::move(out), in.refused);
  if (is_stale(said, found)) return {};
  if (is_token(said)) return answer_in_order(std::move(out), as.token);
  if (const auto what = said.event_is_string ? meaning_of(said.event) : std::nullopt) {
    return about_member(*what, said, std::move(out), config);
  }
  if (!said.event_is_string) return answer_in_order(std::move(out), errc::unmatched_topic);
  if (said.event.empty()) return answer_in_order(std::move(out), errc::invalid_payload);
  if (is_reserved_event(said.event)) return answer_in_order(std::move(out), errc::reserved_event);
  if (const auto why = push_fault(said, config, as.who); why != errc::none) {
    return answer_in_order(std::move(out), why);
  }
  if (said.body.kind == net::payload_kind::json && !said.body.is_object) {
    return answer_in_order(std::move(out), errc::invalid_payload);
  }
  out.what = decision::kind::forward;
  out.request.what = edge_request::kind::push;
  out.request.event = said.event;
  out.request.body = said.body;
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
              net::auth::principal who) {
  if (!rule.allow.join && !has_token_key(config)) return true;
  return net::auth::may_join(rule.allow, topic_name, who);
}

decision decide(const net::inbound& in, const std::optional<channel_facts>& found,
                std::size_t channels, channel_serial next_serial, net::wire_format format,
                const settings& config, const standing& as) {
  const auto& said = in.said;
  if (is_heartbeat(said)) return answer(said, errc::none, false);
  decision out;
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
  if (as.is_held && !is_token(said)) return answer(said, errc::unauthorized, true);
  if (said.event_is_string && said.event == "phx_leave") return leave(in, found, std::move(out));
  if (!found) {
    if (said.topic == "phoenix" && is_token(said)) return answer(said, as.token, false);
    return answer(said, errc::unmatched_topic, false);
  }
  return push(in, *found, std::move(out), config, as);
}

}  // namespace roost::actors
