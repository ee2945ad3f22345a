// SPDX-License-Identifier: Apache-2.0
// How an edge encodes its broadcasts, once for each wire format in use.
#include <cstddef>
#include <string>

#include "actors/edge/room_edge.hpp"
#include "actors/messages/fan_out_batch.hpp"
#include "actors/rules/payload_field.hpp"
#include "actors/runtime/fault_injection.hpp"

namespace roost::actors {

template <class Encode>
void room_edge::encode_for_all(broadcast& out, Encode encode) const {
  for (std::size_t i = 0; i < subscribed_by_format_.size(); ++i) {
    if (subscribed_by_format_[i] == 0) continue;
    const auto format = net::wire_format::at(i);
    out.messages.add(format, encode(format));
  }
}

broadcast room_edge::make_broadcast(const cluster::event& event,
                                    const events::ordered& ordered) const {
  broadcast out;
  const net::timed_position at{{event.epoch_text, event.at}, ordered.time_ms};
  encode_for_all(out, [&](net::wire_format format) {
    return net::encode_broadcast(format, {topic_.name}, ordered.name, view_of(ordered.payload),
                                 &at);
  });
  if (ordered.skips_origin && is_mine(ordered.command)) out.except = ordered.command.member;
  return out;
}

broadcast room_edge::make_broadcast(const std::string& name, const payload& notification) const {
  broadcast out;
  out.is_ordered = false;
  out.message_class = name.starts_with("read_receipt") ? net::message_class::out_receipt
                                                       : net::message_class::out_presence;
  encode_for_all(out, [&](net::wire_format format) {
    return net::encode_broadcast(format, {topic_.name}, name, view_of(notification), nullptr);
  });
  return out;
}

broadcast room_edge::make_broadcast(const events::ephemeral& ephemeral) const {
  broadcast out;
  out.is_ordered = false;
  out.message_class = net::message_class::out_ephemeral;
  std::string key;
  if (!rule_->rule.conflate_field.empty() && !ephemeral.payload.is_binary()) {
    const auto text = ephemeral.payload.data.view();
    key = payload_field(text, rule_->rule.conflate_field).value_or("");
  }
  encode_for_all(out, [&](net::wire_format format) {
    const auto body = view_of(ephemeral.payload);
    if (faults_ && faults_->ephemeral_as_ordered)
      return net::encode_broadcast(format, {topic_.name}, ephemeral.name, body, nullptr);
    return net::encode_ephemeral(format, {topic_.name}, ephemeral.name, body, key);
  });
  return out;
}

}  // namespace roost::actors
