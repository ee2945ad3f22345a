// SPDX-License-Identifier: Apache-2.0
#include "cluster/view/heartbeat_codec.hpp"

#include <utility>

#include "cluster/view/heartbeat_fields.hpp"
#include "cluster/wire/decode_only.hpp"
#include "cluster/wire/field_writer.hpp"
#include "cluster/wire/message_header.hpp"
#include "cluster/wire/name_check.hpp"

namespace roost::cluster {

namespace {

bool is_short_name(const std::string& text) {
  return text.size() <= node_name_bytes_max && wire::is_name(text);
}

bool is_within_bounds(const heartbeat& of) {
  return of.state >= node_state::joining && !of.name.empty() && is_short_name(of.name) &&
         is_short_name(of.version) && of.view.size() <= nodes_max &&
         of.owned.size() <= shards_max && of.released.size() <= shards_max &&
         of.links.size() <= nodes_max;
}

}  // namespace

bool encode(const heartbeat& heartbeat, wire::byte_writer& out) {
  const auto begin = wire::begin_message(out, wire::format::heartbeat);
  wire::field_writer{out}(heartbeat);
  return wire::end_message(out, begin, wire::heartbeat_bytes_max);
}

wire::decoded<heartbeat> decode_heartbeat(slice input) {
  return wire::decode_only<heartbeat>(std::move(input), wire::format::heartbeat,
                                      wire::heartbeat_bytes_max,
                                      [](auto& reader, heartbeat& value) {
                                        reader(value);
                                        reader.require(is_within_bounds(value));
                                      });
}

}  // namespace roost::cluster
