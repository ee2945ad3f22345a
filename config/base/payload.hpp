// SPDX-License-Identifier: Apache-2.0
// The payload of a message or an event: JSON text or bytes. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "config/base/bytes.hpp"

namespace roost {

enum class payload_kind : std::uint8_t { json, binary };

/// Validated JSON text, or bytes, as a client or the API sent it. Shared and immutable.
struct payload {
  slice data;
  payload_kind kind = payload_kind::json;
  /// The JSON value is an object. Set by the codecs for messages of clients; false for binary.
  bool is_object = false;
  bool is_binary() const { return kind == payload_kind::binary; }
};

/// A payload of JSON text. Precondition: `text` is valid JSON.
inline payload json_payload(std::string_view text) { return {slice::of(bytes_ptr::copy(text))}; }

/// A payload that does not own its bytes, for the encoders.
struct payload_view {
  std::string_view data = "{}";
  payload_kind kind = payload_kind::json;
};

/// Valid as long as the bytes of `payload` are.
inline payload_view view_of(const payload& payload) { return {payload.data.view(), payload.kind}; }

}  // namespace roost
