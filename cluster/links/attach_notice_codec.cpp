// SPDX-License-Identifier: Apache-2.0
#include "cluster/links/attach_notice_codec.hpp"

#include <utility>

#include "cluster/wire/byte_writer.hpp"
#include "cluster/wire/decode_only.hpp"
#include "cluster/wire/envelope_fields.hpp"
#include "cluster/wire/field_writer.hpp"
#include "cluster/wire/message_header.hpp"

namespace roost::cluster {

namespace {

void notice_fields(auto& io, auto& notice) {
  io(notice.shard.value);
  io.fixed(notice.ownership);
}

}  // namespace

slice encode(const attach_notice& notice) {
  wire::byte_writer out;
  const auto begin = wire::begin_message(out, wire::format::attached);
  wire::field_writer writer{out};
  notice_fields(writer, notice);
  wire::end_message(out, begin, wire::attached_bytes_max);
  return out.take();
}

bool is_attach_notice(const slice& envelope) {
  return envelope.view().starts_with(static_cast<char>(wire::format::attached));
}

wire::decoded<attach_notice> decode_attach_notice(slice input) {
  return wire::decode_only<attach_notice>(
      std::move(input), wire::format::attached, wire::attached_bytes_max,
      [](auto& reader, attach_notice& value) { notice_fields(reader, value); });
}

}  // namespace roost::cluster
