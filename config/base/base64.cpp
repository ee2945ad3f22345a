// SPDX-License-Identifier: Apache-2.0
#include "config/base/base64.hpp"

#include <cstddef>
#include <cstdint>

namespace roost {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::uint32_t byte_at(std::string_view data, std::size_t i) {
  return i < data.size() ? static_cast<unsigned char>(data[i]) : 0U;
}

int sextet(char c, base64_alphabet accepted) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  if (accepted == base64_alphabet::standard) return -1;
  return c == '-' ? 62 : c == '_' ? 63 : -1;
}

// The text without its padding; nullopt if its length is not that of base64.
std::optional<std::string_view> unpadded(std::string_view text) {
  std::size_t padding = 0;
  while (text.ends_with('=') && padding < 2) {
    text.remove_suffix(1);
    ++padding;
  }
  if (text.size() % 4 == 1) return std::nullopt;
  if (padding != 0 && (text.size() + padding) % 4 != 0) return std::nullopt;
  return text;
}

}  // namespace

std::string base64_encode(std::string_view data) {
  std::string out((data.size() + 2) / 3 * 4, '=');
  std::size_t to = 0;
  for (std::size_t i = 0; i < data.size(); i += 3, to += 4) {
    const auto group = byte_at(data, i) << 16 | byte_at(data, i + 1) << 8 | byte_at(data, i + 2);
    out[to] = alphabet[group >> 18];
    out[to + 1] = alphabet[group >> 12 & 63];
    if (i + 1 < data.size()) out[to + 2] = alphabet[group >> 6 & 63];
    if (i + 2 < data.size()) out[to + 3] = alphabet[group & 63];
  }
  return out;
}

std::optional<std::string> base64_decode(std::string_view text, base64_alphabet accepted) {
  const auto digits = unpadded(text);
  if (!digits) return std::nullopt;
  std::string out;
  out.reserve(digits->size() * 3 / 4);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : *digits) {
    const int value = sextet(c, accepted);
    if (value < 0) return std::nullopt;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<char>((bits >> count) & 0xFF));
    }
  }
  const std::uint32_t unused = bits & ((1U << count) - 1);
  if (unused != 0) return std::nullopt;  // RFC 4648, 3.5: the encoding is not canonical
  return out;
}

}  // namespace roost
