// SPDX-License-Identifier: Apache-2.0
// Encodes and decodes commands and events for other nodes. Pure.
#pragma once

#include <variant>

#include "cluster/envelope.hpp"
#include "cluster/wire/byte_writer.hpp"
#include "cluster/wire/wire_format.hpp"

namespace roost::cluster::wire {

/// Appends an envelope; a frame may hold several in a row. False: it is larger than
/// envelope_bytes_max, and nothing is appended. Any thread.
bool encode(const command& command, byte_writer& out);
bool encode(const event& event, byte_writer& out);

using envelope = std::variant<command, event_ptr>;

/// Takes the envelope at the front of `input`. After an error `input` begins with the next one, or
/// is empty if its beginning is not known. Small payloads of large inputs are copied, all others
/// share the input. Any thread.
decoded<envelope> take_envelope(slice& input);

}  // namespace roost::cluster::wire
