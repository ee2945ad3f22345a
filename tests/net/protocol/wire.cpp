// SPDX-License-Identifier: Apache-2.0
#include "wire.hpp"

#include <algorithm>

#include "config/telemetry/metrics.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/golden_file.hpp"

namespace roost::net::wire {

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

std::string golden(std::string_view name) { return tests::golden_value("frames.txt", name); }

std::vector<std::string> golden_lines(const std::string& file) { return tests::golden_lines(file); }

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
