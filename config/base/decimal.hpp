// Numbers as JSON writes them, read exactly: 12, 12.0 and 1.2e1 are one number. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace roost {

/// digits * 10^exponent.
struct decimal {
  bool is_negative = false;
  std::string digits;  ///< without zeros at either end; empty: 0
  std::int64_t exponent = 0;
};

/// `text` by the grammar of RFC 8259, section 6; none for any other text, and for an exponent of
/// more than 9 digits.
std::optional<decimal> read_decimal(std::string_view text);

/// The number of such a text where it is whole and from 0 to `most`.
std::optional<std::uint64_t> whole_number(std::string_view text, std::uint64_t most = UINT64_MAX);

/// One text for all texts of a number, so that equal numbers are equal texts. A text that
/// read_decimal() does not take comes back as it is.
std::string canonical_number(std::string_view text);

}  // namespace roost
