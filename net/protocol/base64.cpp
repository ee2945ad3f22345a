#include "net/protocol/base64.hpp"

#include <cstddef>
#include <cstdint>

namespace roost::net {

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::uint32_t byte_at(std::string_view data, std::size_t i) {
  return i < data.size() ? static_cast<unsigned char>(data[i]) : 0U;
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

}  // namespace roost::net
