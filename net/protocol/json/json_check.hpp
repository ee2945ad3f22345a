// SPDX-License-Identifier: Apache-2.0
// Validates JSON and UTF-8 text. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace roost::net {

enum class json_state : std::uint8_t {
  valid,
  invalid,
  too_deep,        ///< over 1,024 levels; the rest was not checked
  lone_surrogate,  ///< valid grammar, but an escape such as \ud800 has no other half
};

/// Checks that `text` is one JSON value (RFC 8259); numbers may have any size. Uses no recursion.
/// A lone surrogate has its own state: JSON.stringify writes one for half an emoji, but UTF-8
/// cannot represent it (RFC 8259 section 8.2).
json_state check_json(std::string_view text);

bool is_utf8(std::string_view text);

}  // namespace roost::net
