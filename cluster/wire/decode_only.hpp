// SPDX-License-Identifier: Apache-2.0
// Decodes an input that is one message. Pure.
#pragma once

#include <cstddef>
#include <utility>

#include "cluster/wire/field_reader.hpp"
#include "cluster/wire/message_header.hpp"
#include "cluster/wire/wire_format.hpp"
#include "config/base/bytes.hpp"

namespace roost::cluster::wire {

/// Decodes the only message of `input`, which has this format and at most `bytes_max` bytes.
/// `read(reader, value)` reads its fields.
template <class Message>
decoded<Message> decode_only(slice input, format kind, std::size_t bytes_max, const auto& read) {
  auto contents = only_message(std::move(input), kind, bytes_max);
  if (!contents) return {{}, contents.why};
  decoded<Message> out;
  field_reader reader{std::move(contents.value)};
  read(reader, out.value);
  out.why = reader.why();
  return out;
}

}  // namespace roost::cluster::wire
