// SPDX-License-Identifier: Apache-2.0
// Reads the numbers of the command lines of the bench programs. Pure.
#pragma once

#include <charconv>
#include <string_view>
#include <system_error>

namespace roost::bench {

/// False, and `to` stays as it is: the text is no number, or not between `low` and `high`.
template <class Number>
bool read_number(std::string_view text, Number& to, Number low, Number high) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return false;
  if (value < low || value > high) return false;
  to = value;
  return true;
}

}  // namespace roost::bench
