// SPDX-License-Identifier: Apache-2.0
#include "cluster/wire/envelope_codec.hpp"

#include <array>
#include <memory>
#include <utility>

#include "cluster/wire/envelope_fields.hpp"
#include "cluster/wire/field_reader.hpp"
#include "cluster/wire/field_writer.hpp"
#include "cluster/wire/message_header.hpp"

namespace roost::cluster::wire {

namespace {

template <class Envelope>
bool encode_as(format kind, const Envelope& envelope, byte_writer& out) {
  const auto begin = begin_message(out, kind);
  field_writer{out}(envelope);
  return end_message(out, begin, envelope_bytes_max);
}

}  // namespace

bool encode(const command& command, byte_writer& out) {
  return encode_as(format::command, command, out);
}

bool encode(const event& event, byte_writer& out) { return encode_as(format::event, event, out); }

decoded<envelope> take_envelope(slice& input) {
  constexpr std::array expected{format::command, format::event};
  auto found = take_message(input, expected, envelope_bytes_max);
  if (!found) return {{}, found.why};
  field_reader reader(std::move(found.value.contents));
  decoded<envelope> out;
  if (found.value.kind == format::command) {
    reader(std::get<command>(out.value));
  } else {
    auto made = std::make_shared<event>();
    reader(*made);
    out.value = std::move(made);
  }
  out.why = reader.why();
  return out;
}

}  // namespace roost::cluster::wire
