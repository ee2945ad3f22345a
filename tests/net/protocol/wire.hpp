// SPDX-License-Identifier: Apache-2.0
// Reads encoded messages and the golden files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/protocol/codec.hpp"

namespace roost::net::wire {

/// The payload of a message that must be text.
std::string text_of(const encoded_ptr& message);
/// The payload of a message that must be binary.
std::string binary_of(const encoded_ptr& message);

/// The payload with this name in tests/golden/frames.txt.
std::string golden(std::string_view name);
/// The lines of a file in tests/golden/ that are neither empty nor comments.
std::vector<std::string> golden_lines(const std::string& file);

/// Decodes a text that holds exactly one message.
inbound decode_one(codec_id codec, std::string_view text, const decode_limits& limits = {});
/// The result of decoding: malformed_message, or the refusal of the first message.
errc decode_result_of(codec_id codec, std::string_view text, const decode_limits& limits = {});
/// Whether the metric of malformed messages has a label value for this reason.
bool is_label(const std::string& reason);
/// The JSON array [[...[]...]] with this depth.
std::string nested(std::size_t depth);

}  // namespace roost::net::wire
