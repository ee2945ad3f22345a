// SPDX-License-Identifier: Apache-2.0
#include "config/base/decimal.hpp"

#include <algorithm>
#include <charconv>

namespace roost {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Removes the digits at the beginning of `text` and returns them.
std::string_view take_digits(std::string_view& text) {
  const auto end =
      static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
  const auto out = text.substr(0, end);
  text.remove_prefix(end);
  return out;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

/// Parses an optional exponent such as "e+10" and removes it from `text`; 0 if there is none,
/// nullopt if it is malformed or too long.
std::optional<std::int64_t> take_exponent(std::string_view& text) {
  if (!take(text, 'e') && !take(text, 'E')) return 0;
  const bool is_negative = take(text, '-');
  if (!is_negative) take(text, '+');
  const auto digits = take_digits(text);
  constexpr std::size_t digits_max = 9;
  if (digits.empty() || digits.size() > digits_max) return std::nullopt;
  std::int64_t out = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return is_negative ? -out : out;
}

void strip_zeros(decimal& number) {
  auto& digits = number.digits;
  const auto last = digits.find_last_not_of('0');
  if (last == std::string::npos) {
    digits.clear();
    number.exponent = 0;
    return;
  }
  number.exponent += static_cast<std::int64_t>(digits.size() - last - 1);
  digits.resize(last + 1);
  digits.erase(0, digits.find_first_not_of('0'));
}

}  // namespace

std::optional<decimal> read_decimal(std::string_view text) {
  decimal out;
  out.is_negative = take(text, '-');
  const auto whole = take_digits(text);
  if (whole.empty() || (whole.size() > 1 && whole.front() == '0')) return std::nullopt;
  out.digits = whole;
  if (take(text, '.')) {
    const auto fraction = take_digits(text);
    if (fraction.empty()) return std::nullopt;
    out.digits += fraction;
    out.exponent = -static_cast<std::int64_t>(fraction.size());
  }
  const auto exponent = take_exponent(text);
  if (!exponent || !text.empty()) return std::nullopt;
  out.exponent += *exponent;
  strip_zeros(out);
  return out;
}

std::optional<std::uint64_t> whole_number(std::string_view text, std::uint64_t max) {
  auto number = read_decimal(text);
  if (!number) return std::nullopt;
  if (number->digits.empty()) return 0;
  constexpr std::int64_t zeros_max = 20;
  if (number->is_negative || number->exponent < 0 || number->exponent > zeros_max) {
    return std::nullopt;
  }
  number->digits.append(static_cast<std::size_t>(number->exponent), '0');
  std::uint64_t out = 0;
  const auto* const end = number->digits.data() + number->digits.size();
  const auto read = std::from_chars(number->digits.data(), end, out);
  if (read.ec != std::errc{} || out > max) return std::nullopt;
  return out;
}

std::string canonical_number(std::string_view text) {
  // Fast path for the most common case: plain digits are already canonical.
  constexpr std::size_t plain_max = 18;
  const bool is_plain = text.size() <= plain_max && std::ranges::all_of(text, is_digit) &&
                        (text == "0" || !text.starts_with('0'));
  if (is_plain) return std::string{text};
  const auto number = read_decimal(text);
  if (!number) return std::string{text};
  if (number->digits.empty()) return "0";
  auto out = (number->is_negative ? "-" : "") + number->digits;
  const auto zeros = number->exponent;
  if (zeros < 0 || static_cast<std::int64_t>(number->digits.size()) + zeros >
                       static_cast<std::int64_t>(plain_max)) {
    return out + "e" + std::to_string(zeros);
  }
  return out.append(static_cast<std::size_t>(zeros), '0');
}

}  // namespace roost
