#include "actors/connection/channels.hpp"

#include <utility>

#include "actors/node_context.hpp"

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

/// Through the edge, so that the answer keeps its place among the channel's other frames.
decision answer_in_order(decision out, errc why) {
  out.what = decision::kind::forward;
  out.request.what = edge_request::kind::answer;
  out.request.why = why;
  return out;
}

bool is_heartbeat(const net::message& said) {
  return said.topic == "phoenix" && said.event == "heartbeat";
}

/// A refresh of the token. Nothing needs a token yet, and it must never reach other members.
bool is_token(const net::message& said) { return said.event == "access_token"; }

bool is_reserved(std::string_view event) {
  return event.starts_with("phx_") || event.starts_with("presence_") || event == "mark_read" ||
         event == "read_receipt";
}

/// Phoenix 1.9 and later take a null join_ref on a joined topic; older ones drop it in silence.
bool is_stale(const net::message& said, const channel_facts& found) {
  return !said.join_ref.is_null() && !found.join_ref.is_null() &&
         !net::same_ref(said.join_ref, found.join_ref);
}

decision join(const net::message& said, const std::optional<channel_facts>& found,
              std::size_t channels, decision out, const settings& config) {
  if (!said.topic_is_string || !rule_of(config.rooms, said.topic)) {
    return answer(said, errc::unmatched_topic, false);
  }
  if ((!found || found->is_leaving) && channels >= config.limits.channels_max) {
    return answer(said, errc::too_many_channels, true);
  }
  out.what = found ? decision::kind::forward : decision::kind::open;
  out.request.what = edge_request::kind::join;
  return out;
}

decision leave(const net::message& said, const std::optional<channel_facts>& found, decision out) {
  if (!found) return answer(said, errc::none, true);
  if (is_stale(said, *found)) return {};
  if (found->is_leaving) return answer_in_order(std::move(out), errc::none);
  out.what = decision::kind::forward;
  out.request.what = edge_request::kind::leave;
  return out;
}

decision push(const net::inbound& in, const channel_facts& found, decision out,
              net::wire_format format) {
  const auto& said = in.said;
  if (found.is_leaving) return answer_in_order(std::move(out), errc::unmatched_topic);
  if (in.refused != errc::none) return answer_in_order(std::move(out), in.refused);
  if (is_stale(said, found)) return {};
  if (is_token(said)) return answer_in_order(std::move(out), errc::none);
  if (!said.event_is_string || is_reserved(said.event)) {
    return answer_in_order(std::move(out), errc::reserved_event);
  }
  const bool is_v2_text =
      format.codec == net::codec_id::v2 && said.body.kind == net::payload_kind::json;
  if (is_v2_text && !said.body.is_object) {
    return answer_in_order(std::move(out), errc::invalid_payload);
  }
  out.what = decision::kind::forward;
  out.request.what = edge_request::kind::push;
  out.request.event = said.event;
  out.request.body = said.body;
  return out;
}

}  // namespace

decision decide(const net::inbound& in, const std::optional<channel_facts>& found,
                std::size_t channels, channel_serial next_serial, net::wire_format format,
                const settings& config) {
  const auto& said = in.said;
  if (is_heartbeat(said)) return answer(said, errc::none, false);
  decision out;
  out.request.format = format;
  out.request.join_ref = said.join_ref;
  out.request.reference = said.reference;
  out.request.serial = found ? found->serial : next_serial;
  const bool is_join = said.event_is_string && said.event == "phx_join";
  if (in.refused != errc::none && (is_join || !found)) return answer(said, in.refused, true);
  if (is_join) {
    out.request.serial = next_serial;
    return join(said, found, channels, std::move(out), config);
  }
  if (said.event_is_string && said.event == "phx_leave") return leave(said, found, std::move(out));
  if (!found) {
    if (said.topic == "phoenix" && is_token(said)) return answer(said, errc::none, false);
    return answer(said, errc::unmatched_topic, false);
  }
  return push(in, *found, std::move(out), format);
}

}  // namespace roost::actors
