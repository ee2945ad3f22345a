// SPDX-License-Identifier: Apache-2.0
// Builds client frames, valid and invalid.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace roost::tests {

struct frame_shape {
  bool is_final = true;
  unsigned reserved = 0;  ///< RSV1 to RSV3, at their places in the first byte
  bool is_masked = true;
  int length_bytes = -1;  ///< size of the extended length: 0, 2 or 8; -1: shortest
  std::array<unsigned char, 4> mask{0x37, 0xFA, 0x21, 0x3D};
};

inline std::string client_frame(unsigned opcode, std::string_view payload,
                                const frame_shape& shape = {}) {
  std::string out;
  out += static_cast<char>((shape.is_final ? 0x80U : 0U) | shape.reserved | opcode);
  const std::uint64_t size = payload.size();
  const int width = shape.length_bytes >= 0 ? shape.length_bytes
                    : size < 126            ? 0
                    : size <= 0xFFFF        ? 2
                                            : 8;
  const auto first = width == 0 ? size : width == 2 ? 126U : 127U;
  out += static_cast<char>((shape.is_masked ? 0x80U : 0U) | first);
  for (int i = width - 1; i >= 0; --i) out += static_cast<char>((size >> (8 * i)) & 0xFFU);
  if (!shape.is_masked) return out += payload;
  for (const auto byte : shape.mask) out += static_cast<char>(byte);
  for (std::size_t i = 0; i < payload.size(); ++i) {
    out += static_cast<char>(static_cast<unsigned char>(payload[i]) ^ shape.mask[i % 4]);
  }
  return out;
}

inline std::string close_payload(unsigned code, std::string_view reason = {}) {
  std::string out{static_cast<char>(code >> 8), static_cast<char>(code & 0xFFU)};
  return out += reason;
}

inline frame_shape not_final() {
  frame_shape out;
  out.is_final = false;
  return out;
}

}  // namespace roost::tests
