// SPDX-License-Identifier: Apache-2.0
#include "cluster/view/link_frame_codec.hpp"

#include <cstdint>
#include <utility>

#include "cluster/wire/envelope_fields.hpp"
#include "cluster/wire/field_reader.hpp"
#include "cluster/wire/field_writer.hpp"
#include "cluster/wire/message_header.hpp"

namespace roost::cluster {

namespace {

void header_fields(auto& io, auto& frame, auto& count) {
  io(frame.from, frame.to, frame.incarnation, frame.peer_incarnation, frame.number, count);
}

slice part_of(const slice& all, std::string_view part) {
  const auto at = part.data() - all.view().data();
  return {all.whole, all.begin + static_cast<std::uint32_t>(at),
          static_cast<std::uint32_t>(part.size())};
}

}  // namespace

bool encode(const link_frame& frame, wire::byte_writer& out) {
  const auto begin = wire::begin_message(out, wire::format::link_frame);
  wire::field_writer writer{out};
  const std::uint64_t count = frame.envelopes.size();
  header_fields(writer, frame, count);
  for (const auto& each : frame.envelopes) {
    writer.sized([&] { out.raw(each.view()); });
  }
  return wire::end_message(out, begin, wire::link_frame_bytes_max);
}

wire::decoded<link_frame> decode_link_frame(slice input) {
  const auto message =
      wire::only_message(std::move(input), wire::format::link_frame, wire::link_frame_bytes_max);
  if (!message) return {{}, message.why};
  const auto& contents = message.value;
  wire::decoded<link_frame> out;
  wire::field_reader reader{contents};
  std::uint64_t count = 0;
  header_fields(reader, out.value, count);
  while (count-- > 0 && reader.why() == wire::wire_error::none) {
    reader.sized([&] { out.value.envelopes.push_back(part_of(contents, reader.rest())); });
  }
  reader.require(out.value.number > 0 || out.value.envelopes.empty());
  out.why = reader.why();
  return out;
}

}  // namespace roost::cluster
