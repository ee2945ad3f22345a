// JSON from whoever signs, or claims to: one meaning for every reader, and bounded.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "config/base/error.hpp"

namespace roost::net::auth {

/// RFC 8259, with numbers that a double can hold, at most `depth_max` arrays and objects within
/// each other, and no member twice in an object: two readers could take different ones. Fails with
/// invalid_payload and the detail "not_json", "too_deep" or "duplicate_member".
result<nlohmann::json> parse_strict_json(std::string_view text, std::uint32_t depth_max);

}  // namespace roost::net::auth
