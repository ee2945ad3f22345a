// SPDX-License-Identifier: Apache-2.0
// Strict JSON parser for tokens and key sets: rejects ambiguous and deeply nested texts. Pure.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "config/base/error.hpp"

namespace roost::net::auth {

/// RFC 8259 with three restrictions: numbers must fit a double, arrays and objects nest at most
/// `depth_max` deep, and no object has a duplicate member (parsers differ in which one they use).
/// Fails with invalid_payload and the detail "not_json", "too_deep" or "duplicate_member".
result<nlohmann::json> parse_strict_json(std::string_view text, std::uint32_t depth_max);

}  // namespace roost::net::auth
