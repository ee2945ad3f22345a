// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/message_base64.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace roost::cluster {
namespace {

constexpr std::uint8_t invalid = 64;

constexpr std::array<std::uint8_t, 256> values = [] {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<std::uint8_t, 256> out{};
  out.fill(invalid);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    out[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return out;
}();

}  // namespace

std::optional<slice> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return {};
  std::size_t padding = 0;
  while (padding < 2 && text.size() > padding && text[text.size() - 1 - padding] == '=') ++padding;
  auto out = bytes_ptr::make(text.size() / 4 * 3 - padding);
  std::size_t to = 0;
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_padding = i >= text.size() - padding;
    const auto value = is_padding ? 0U : values[static_cast<unsigned char>(text[i])];
    if (value == invalid) return {};
    bits = bits << 6U | value;
    if (i % 4 != 3) continue;
    for (int shift = 16; shift >= 0 && to < out->size(); shift -= 8) {
      out->data()[to++] = static_cast<char>(bits >> static_cast<unsigned>(shift));
    }
    bits = 0;
  }
  return slice::of(std::move(out));
}

}  // namespace roost::cluster
