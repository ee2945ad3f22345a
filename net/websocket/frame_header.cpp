// SPDX-License-Identifier: Apache-2.0
#include "net/websocket/frame_header.hpp"

#include <cstring>

namespace roost::net::websocket {
namespace {

bool is_known(unsigned code) { return code <= 0x2 || (code >= 0x8 && code <= 0xA); }

bool read_first_byte(unsigned char byte, frame_header& out) {
  if ((byte & 0x70U) != 0 || !is_known(byte & 0x0FU)) return false;
  out.is_final = (byte & 0x80U) != 0;
  out.opcode = static_cast<opcode>(byte & 0x0FU);
  return out.is_final || !is_control(out.opcode);
}

// A length must be encoded in the shortest form, and the highest bit of the 64-bit form is 0.
bool is_minimal(std::uint64_t length, std::size_t width) {
  if (width == 2) return length > 125;
  return length > 0xFFFF && (length >> 63) == 0;
}

}  // namespace

header_state read_header(std::string_view input, frame_header& out) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(input[i]); };
  if (input.empty()) return header_state::incomplete;
  if (!read_first_byte(at(0), out)) return header_state::invalid;
  if (input.size() < 2) return header_state::incomplete;
  const unsigned length = at(1) & 0x7FU;
  if ((at(1) & 0x80U) == 0) return header_state::invalid;
  if (is_control(out.opcode) && length > control_bytes_max) return header_state::invalid;
  const std::size_t width = length == 126 ? 2 : length == 127 ? 8 : 0;
  if (input.size() < 2 + width) return header_state::incomplete;
  out.payload_bytes = length;
  if (width > 0) {
    out.payload_bytes = 0;
    for (std::size_t i = 0; i < width; ++i) {
      out.payload_bytes = (out.payload_bytes << 8) | at(2 + i);
    }
    if (!is_minimal(out.payload_bytes, width)) return header_state::invalid;
  }
  out.size = static_cast<std::uint8_t>(2 + width + out.mask.size());
  if (input.size() < out.size) return header_state::incomplete;
  std::memcpy(out.mask.data(), input.data() + 2 + width, out.mask.size());
  return header_state::complete;
}

std::size_t write_header(const encoded_ptr& message, char* to) {
  const auto size = message->size();
  to[0] = static_cast<char>(0x80U | static_cast<std::uint8_t>(message.kind()));
  if (size < 126) {
    to[1] = static_cast<char>(size);
    return 2;
  }
  if (size <= 0xFFFF) {  // most messages, so without a loop
    to[1] = 126;
    to[2] = static_cast<char>(size >> 8);
    to[3] = static_cast<char>(size & 0xFFU);
    return 4;
  }
  to[1] = 127;
  for (unsigned i = 0; i < 8; ++i) {
    to[2 + i] = static_cast<char>((std::uint64_t{size} >> (8 * (7 - i))) & 0xFFU);
  }
  return 10;
}

bool unmask(char* to, std::string_view from, const mask_key& mask, std::uint64_t offset) {
  std::array<unsigned char, 8> rotated_mask{};
  for (std::size_t i = 0; i < rotated_mask.size(); ++i)
    rotated_mask[i] = mask[(offset + i) % mask.size()];
  std::uint64_t mask_word = 0;
  std::memcpy(&mask_word, rotated_mask.data(), sizeof mask_word);
  std::uint64_t all_bits = 0;
  std::size_t i = 0;
  for (; i + sizeof mask_word <= from.size(); i += sizeof mask_word) {
    std::uint64_t word = 0;
    std::memcpy(&word, from.data() + i, sizeof word);
    word ^= mask_word;
    all_bits |= word;
    std::memcpy(to + i, &word, sizeof word);
  }
  for (; i < from.size(); ++i) {
    const auto byte = static_cast<unsigned char>(static_cast<unsigned char>(from[i]) ^
                                                 rotated_mask[i % sizeof mask_word]);
    all_bits |= byte;
    to[i] = static_cast<char>(byte);
  }
  return (all_bits & 0x8080808080808080ULL) == 0;
}

}  // namespace roost::net::websocket
