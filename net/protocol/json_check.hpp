// Is this text what it claims to be? Nothing is kept of it.
#pragma once

#include <cstdint>
#include <string_view>

namespace roost::net {

enum class json_state : std::uint8_t {
  valid,
  invalid,
  too_deep,        ///< over 1,024 levels: what follows was not looked at
  lone_surrogate,  ///< JSON by its grammar, but an escape such as \ud800 has no other half
};

/// Whether `text` is one JSON value (RFC 8259), with numbers of any size. Uses no recursion.
/// A lone surrogate has its own state: JSON.stringify writes one for half an emoji, and no UTF-8
/// can hold it (RFC 8259 section 8.2).
json_state check_json(std::string_view text);

bool is_utf8(std::string_view text);

}  // namespace roost::net
