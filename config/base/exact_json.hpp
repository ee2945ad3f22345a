// SPDX-License-Identifier: Apache-2.0
// Compares JSON values as JSON Schema does: 1 and 1.0 are equal, without rounding. Pure.
#pragma once

#include <compare>
#include <nlohmann/json.hpp>

namespace roost {

/// A total order over JSON values; 1 equals 1.0, but not true. It is exact where the operators of
/// nlohmann::json round or wrap: 2^63, -1 and 18446744073709551615, 2^53 + 1.
std::strong_ordering exact_order(const nlohmann::json& left, const nlohmann::json& right);

inline bool is_exactly(const nlohmann::json& left, const nlohmann::json& right) {
  return exact_order(left, right) == std::strong_ordering::equal;
}

/// Whether the value is a number without a fraction: 1, 1.0, -0.0, 1e300.
bool is_whole_number(const nlohmann::json& value);

/// Whether the number `value` is an integer multiple of the number `divisor` > 0, in decimal
/// arithmetic: 19.99 is a multiple of 0.01.
bool is_multiple_of(const nlohmann::json& value, const nlohmann::json& divisor);

}  // namespace roost
