// SPDX-License-Identifier: Apache-2.0
// The header of every message: format, version, and the length of its contents. Pure.
#pragma once

#include <cstddef>
#include <span>

#include "cluster/wire/byte_writer.hpp"
#include "cluster/wire/wire_format.hpp"
#include "config/base/bytes.hpp"

namespace roost::cluster::wire {

inline constexpr std::size_t header_bytes = 6;

/// Appends a header; the contents follow. Returns its place for end_message().
std::size_t begin_message(byte_writer& out, format kind);
/// Completes the message. False: it has more than `bytes_max` bytes and was removed again.
bool end_message(byte_writer& out, std::size_t begin, std::size_t bytes_max);

/// A message as it was found in its input.
struct framed {
  format kind{};
  slice contents;
};

/// The contents of the only message of the input, which has this format.
decoded<slice> only_message(slice input, format kind, std::size_t bytes_max);

/// Takes a message of at most `bytes_max` bytes and one of these formats from the front of `input`.
/// After an error `input` begins after that message, or is empty if its end is not known.
decoded<framed> take_message(slice& input, std::span<const format> expected, std::size_t bytes_max);

}  // namespace roost::cluster::wire
