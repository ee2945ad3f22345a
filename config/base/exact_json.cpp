// SPDX-License-Identifier: Apache-2.0
#include "config/base/exact_json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

#include "config/base/decimal.hpp"

namespace roost {
namespace {

using json = nlohmann::json;
using order = std::strong_ordering;

/// An integer as sign and absolute value, so that all of int64 and uint64 fit.
struct magnitude {
  bool is_negative = false;
  std::uint64_t size = 0;
};

magnitude magnitude_of(const json& number) {
  if (number.is_number_unsigned()) return {false, number.get<std::uint64_t>()};
  const auto value = number.get<std::int64_t>();
  if (value >= 0) return {false, static_cast<std::uint64_t>(value)};
  return {true, std::uint64_t{0} - static_cast<std::uint64_t>(value)};
}

order reversed(order one) {
  return order::equal == one ? one : one < 0 ? order::greater : order::less;
}

order of_doubles(double left, double right) {
  return left < right ? order::less : left > right ? order::greater : order::equal;
}

order of_wholes(magnitude left, magnitude right) {
  if (left.is_negative != right.is_negative) {
    if (left.size == 0 && right.size == 0) return order::equal;
    return left.is_negative ? order::less : order::greater;
  }
  const auto sizes = left.size <=> right.size;
  return left.is_negative ? reversed(sizes) : sizes;
}

/// Compares without converting the integer to a double, which would round.
order of_whole_and_double(magnitude left, double right) {
  constexpr double two_to_64 = 18446744073709551616.0;
  if (right >= two_to_64) return order::less;
  if (right <= -two_to_64) return order::greater;
  const double whole = std::trunc(right);
  const magnitude size{right < 0, static_cast<std::uint64_t>(std::fabs(whole))};
  const auto out = of_wholes(left, size);
  return out == order::equal ? of_doubles(whole, right) : out;
}

order of_numbers(const json& left, const json& right) {
  if (left.is_number_float() && right.is_number_float()) {
    return of_doubles(left.get<double>(), right.get<double>());
  }
  if (left.is_number_float()) return reversed(of_numbers(right, left));
  if (right.is_number_float()) return of_whole_and_double(magnitude_of(left), right.get<double>());
  return of_wholes(magnitude_of(left), magnitude_of(right));
}

order of_arrays(const json& left, const json& right) {
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    if (const auto one = exact_order(left[i], right[i]); one != order::equal) return one;
  }
  return left.size() <=> right.size();
}

/// nlohmann::json keeps members sorted by name, so they can be compared in order.
order of_objects(const json& left, const json& right) {
  auto other = right.begin();
  for (auto one = left.begin(); one != left.end() && other != right.end(); ++one, ++other) {
    if (const auto names = one.key() <=> other.key(); names != order::equal) return names;
    if (const auto values = exact_order(*one, *other); values != order::equal) return values;
  }
  return left.size() <=> right.size();
}

/// The type of a value for comparison: all types of numbers count as one.
int kind_of(const json& value) { return value.is_number() ? -1 : static_cast<int>(value.type()); }

// For a double take the shortest text that parses to the same double: usually what a person wrote.
std::optional<decimal> decimal_of(const json& number) {
  std::array<char, 32> text{};
  auto* const begin = text.data();
  auto* const end = begin + text.size();
  const auto written =
      number.is_number_unsigned() ? std::to_chars(begin, end, number.get<std::uint64_t>())
      : number.is_number_integer()
          ? std::to_chars(begin, end, number.get<std::int64_t>())
          : std::to_chars(begin, end, number.get<double>(), std::chars_format::scientific);
  return read_decimal({begin, static_cast<std::size_t>(written.ptr - begin)});
}

__extension__ using wide = unsigned __int128;

std::uint64_t times(std::uint64_t left, std::uint64_t right, std::uint64_t modulus) {
  return static_cast<std::uint64_t>(wide{left} * right % modulus);
}

/// 10^exponent modulo `modulus`.
std::uint64_t power_of_ten(std::int64_t exponent, std::uint64_t modulus) {
  std::uint64_t out = 1 % modulus;
  for (auto base = 10 % modulus; exponent > 0; exponent /= 2, base = times(base, base, modulus)) {
    if (exponent % 2 != 0) out = times(out, base, modulus);
  }
  return out;
}

std::uint64_t digits_of(const decimal& number) {
  std::uint64_t out = 0;  // at most 20 digits, from a 64-bit number
  std::from_chars(number.digits.data(), number.digits.data() + number.digits.size(), out);
  return out;
}

}  // namespace

std::strong_ordering exact_order(const json& left, const json& right) {
  const auto kinds = kind_of(left) <=> kind_of(right);
  if (kinds != order::equal) return kinds;
  if (left.is_number()) return of_numbers(left, right);
  if (left.is_string()) {
    return left.get_ref<const std::string&>() <=> right.get_ref<const std::string&>();
  }
  if (left.is_array()) return of_arrays(left, right);
  if (left.is_object()) return of_objects(left, right);
  return left.is_boolean() ? left.get<bool>() <=> right.get<bool>() : order::equal;
}

bool is_whole_number(const json& value) {
  if (!value.is_number_float()) return value.is_number_integer();
  const auto number = value.get<double>();
  return std::trunc(number) == number;
}

bool is_multiple_of(const json& value, const json& divisor) {
  const auto of = decimal_of(value);
  const auto by = decimal_of(divisor);
  if (!of || !by || by->digits.empty()) return false;
  if (of->digits.empty()) return true;
  // Digits do not end in zero, so they cannot be a multiple of a power of ten.
  const auto zeros = of->exponent - by->exponent;
  if (zeros < 0) return false;
  const auto modulus = digits_of(*by);
  return times(digits_of(*of) % modulus, power_of_ten(zeros, modulus), modulus) == 0;
}

}  // namespace roost
