// SPDX-License-Identifier: Apache-2.0
#include "wire.hpp"

#include <algorithm>
#include <fstream>

#include "config/telemetry/metrics.hpp"
#include "tests/fixtures/catch.hpp"

namespace roost::net::wire {

namespace {

std::string from_hex(std::string_view digits) {
  std::string clean;
  for (const char c : digits) {
    if (c != ' ') clean.push_back(c);
  }
  REQUIRE(clean.size() % 2 == 0);
  std::string out;
  for (std::size_t i = 0; i < clean.size(); i += 2) {
    out.push_back(static_cast<char>(std::stoi(clean.substr(i, 2), nullptr, 16)));
  }
  return out;
}

std::uint64_t big_endian(std::string_view digits) {
  std::uint64_t out = 0;
  for (const char c : digits) out = out << 8 | static_cast<unsigned char>(c);
  return out;
}

}  // namespace

seen_message open_message(const encoded_ptr& message) {
  REQUIRE(message);
  const auto all = message->view();
  REQUIRE(all.size() >= 2);
  const auto first = static_cast<unsigned char>(all[0]);
  std::uint64_t size = static_cast<unsigned char>(all[1]);
  REQUIRE((first & 0xf0) == 0x80);
  REQUIRE(size < 128);
  std::size_t head = 2;
  if (size == 126) {
    size = big_endian(all.substr(2, 2));
    head = 4;
    REQUIRE(size >= 126);
  } else if (size == 127) {
    size = big_endian(all.substr(2, 8));
    head = 10;
    REQUIRE(size > 0xffff);
  }
  REQUIRE(all.size() == head + size);
  return {static_cast<std::uint8_t>(first & 15), std::string{all.substr(head)}};
}

std::string text_of(const encoded_ptr& message) {
  auto seen = open_message(message);
  REQUIRE(seen.opcode == 1);
  return seen.payload;
}

std::string binary_of(const encoded_ptr& message) {
  auto seen = open_message(message);
  REQUIRE(seen.opcode == 2);
  return seen.payload;
}

std::vector<std::string> golden_lines(const std::string& file) {
  std::ifstream in(std::string{ROOST_GOLDEN_DIR} + "/" + file);
  REQUIRE(in);
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.front() != '#') out.push_back(line);
  }
  return out;
}

std::string golden(std::string_view name) {
  const auto wanted = std::string{name} + " = ";
  for (const auto& line : golden_lines("frames.txt")) {
    if (!line.starts_with(wanted)) continue;
    const auto value = line.substr(wanted.size());
    return value.starts_with("hex ") ? from_hex(value.substr(4)) : value;
  }
  FAIL("no golden frame " << name);
  return {};
}

inbound decode_one(codec_id codec, std::string_view text, const decode_limits& limits) {
  auto decoded = decode_text(codec, bytes_ptr::copy(text), limits);
  REQUIRE(decoded);
  REQUIRE(decoded->size() == 1);
  return std::move(decoded->front());
}

errc decode_result_of(codec_id codec, std::string_view text, const decode_limits& limits) {
  auto decoded = decode_text(codec, bytes_ptr::copy(text), limits);
  if (!decoded) return decoded.failure().code;
  REQUIRE_FALSE(decoded->empty());
  return decoded->front().refused;
}

bool is_label(const std::string& reason) {
  const auto values = metric_rows::label_values("roost_malformed_total");
  return std::ranges::find(values, reason) != values.end();
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace roost::net::wire
