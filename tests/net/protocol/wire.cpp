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

}  // namespace

std::string text_of(const encoded_ptr& message) {
  REQUIRE(message);
  REQUIRE(message.kind() == encoded_kind::text);
  return std::string{message->view()};
}

std::string binary_of(const encoded_ptr& message) {
  REQUIRE(message);
  REQUIRE(message.kind() == encoded_kind::binary);
  return std::string{message->view()};
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
