// Values of JSON compared as JSON Schema does: a number is its value, however it is written. Pure.
#pragma once

#include <compare>
#include <nlohmann/json.hpp>

namespace roost {

/// An order over all values; equal: the same value, so 1 and 1.0, but not 1 and true. Exact where
/// nlohmann's operators round or wrap: 2^63, -1 and 18446744073709551615, 2^53 + 1.
std::strong_ordering exact_order(const nlohmann::json& left, const nlohmann::json& right);

inline bool is_exactly(const nlohmann::json& left, const nlohmann::json& right) {
  return exact_order(left, right) == std::strong_ordering::equal;
}

/// Whether a value is a number without a fraction: 1, 1.0, -0.0, 1e300.
bool is_whole_number(const nlohmann::json& value);

/// Whether the number is a whole multiple of `divisor`, a number above 0, as they are written:
/// 19.99 is one of 0.01.
bool is_multiple_of(const nlohmann::json& value, const nlohmann::json& divisor);

}  // namespace roost
