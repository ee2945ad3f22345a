// SPDX-License-Identifier: Apache-2.0
// Parses JSON numbers without rounding: 12, 12.0 and 1.2e1 are equal. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roost {

/// A decimal number: digits * 10^exponent.
struct decimal {
  bool is_negative = false;
  std::string digits;  ///< no leading or trailing zeros; empty: the number 0
  std::int64_t exponent = 0;
};

/// Parses `text` by the grammar of RFC 8259, section 6. Returns nullopt if `text` does not match,
/// or if the exponent has more than 9 digits.
std::optional<decimal> read_decimal(std::string_view text);

/// Parses `text` like read_decimal(). Returns nullopt unless it is a whole number in 0..`max`.
std::optional<std::uint64_t> whole_number(std::string_view text, std::uint64_t max = UINT64_MAX);

/// Normalizes a number, so that equal numbers get equal strings. If read_decimal() cannot parse
/// `text`, it is returned unchanged.
std::string canonical_number(std::string_view text);

}  // namespace roost
