// SPDX-License-Identifier: Apache-2.0
#include "net/limits/proxy_header.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "net/limits/address_key.hpp"

namespace roost::net::limits {
namespace {

using state = proxy_header::parse_state;
constexpr proxy_header invalid{state::invalid};

// -- version 1: one line of text

constexpr std::string_view v1_begin = "PROXY ";
constexpr std::size_t v1_bytes_max = 107;  // including CR LF

bool is_port(std::string_view text) {
  const bool is_zero_led = text.size() > 1 && text.front() == '0';
  if (text.empty() || text.size() > 5 || is_zero_led) return false;
  std::uint32_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ptr == text.data() + text.size() && read.ec == std::errc{} && value <= 65'535;
}

/// "TCP4 SOURCE DESTINATION PORT PORT", one space between each; anything may follow "UNKNOWN".
proxy_header read_v1_line(std::string_view line, std::size_t bytes) {
  if (line == "UNKNOWN" || line.starts_with("UNKNOWN ")) return {state::complete, bytes};
  std::array<std::string_view, 5> words;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto end = line.find(' ');
    if ((end == std::string_view::npos) != (i + 1 == words.size())) return invalid;
    words[i] = line.substr(0, end);
    if (end != std::string_view::npos) line.remove_prefix(end + 1);
  }
  if (words[0] != "TCP4" && words[0] != "TCP6") return invalid;
  const auto source = parse_address(words[1]);
  const auto destination = parse_address(words[2]);
  if (!source || !destination || !is_port(words[3]) || !is_port(words[4])) return invalid;
  const bool wants_v4 = words[0] == "TCP4";
  const auto is_written_v4 = [](std::string_view text) {
    return text.find(':') == std::string_view::npos;
  };
  if (is_written_v4(words[1]) != wants_v4 || is_written_v4(words[2]) != wants_v4) return invalid;
  return {state::complete, bytes, source};
}

proxy_header read_v1(std::string_view input) {
  const auto end = input.substr(0, v1_bytes_max).find('\n');
  if (end == std::string_view::npos)
    return {input.size() < v1_bytes_max ? state::need_more : state::invalid};
  if (input[end - 1] != '\r') return invalid;
  return read_v1_line(input.substr(v1_begin.size(), end - 1 - v1_begin.size()), end + 1);
}

// -- version 2: binary

constexpr std::string_view v2_begin{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::size_t v2_head_bytes = 16;

std::uint8_t byte_at(std::string_view input, std::size_t at) {
  return static_cast<std::uint8_t>(input[at]);
}

std::optional<address_bytes> v4_at(std::string_view addresses) {
  address_bytes out{};
  out[10] = out[11] = 0xFF;
  for (std::size_t i = 0; i < 4; ++i) out[12 + i] = byte_at(addresses, i);
  return out;
}

std::optional<address_bytes> v6_at(std::string_view addresses) {
  address_bytes out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = byte_at(addresses, i);
  return out;
}

proxy_header read_v2(std::string_view input) {
  if (input.size() < v2_head_bytes) return {};
  const auto version = byte_at(input, 12) >> 4;
  const auto command = byte_at(input, 12) & 0x0F;
  const auto family = byte_at(input, 13) >> 4;
  const auto transport = byte_at(input, 13) & 0x0F;
  if (version != 2 || command > 1) return invalid;
  const bool is_local = command == 0;  // LOCAL: family and addresses are ignored
  if (!is_local && (family > 3 || transport > 2 || (family == 0) != (transport == 0)))
    return invalid;
  const auto size = std::size_t{byte_at(input, 14)} << 8 | byte_at(input, 15);
  if (v2_head_bytes + size > proxy_header_bytes_max) return invalid;
  constexpr std::array<std::size_t, 4> needed{0, 12, 36, 216};  // none, IPv4, IPv6, Unix path
  if (!is_local && size < needed[static_cast<std::size_t>(family)]) return invalid;
  if (input.size() < v2_head_bytes + size) return {};
  proxy_header out{state::complete, v2_head_bytes + size};
  constexpr auto stream = 1;
  if (is_local || transport != stream) return out;
  const auto addresses = input.substr(v2_head_bytes, size);
  if (family == 1) out.source = v4_at(addresses);
  if (family == 2) out.source = v6_at(addresses);
  return out;
}

bool may_begin_with(std::string_view input, std::string_view begin) {
  const auto common = std::min(input.size(), begin.size());
  return input.substr(0, common) == begin.substr(0, common);
}

}  // namespace

proxy_header read_proxy_header(std::string_view input) {
  if (may_begin_with(input, v2_begin)) {
    return input.size() < v2_begin.size() ? proxy_header{} : read_v2(input);
  }
  if (!may_begin_with(input, v1_begin)) return invalid;
  return input.size() < v1_begin.size() ? proxy_header{} : read_v1(input);
}

}  // namespace roost::net::limits
