// SPDX-License-Identifier: Apache-2.0
// Decoded client messages, and the types from which messages to clients are encoded. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/base/ids.hpp"
#include "config/base/payload.hpp"
#include "config/base/position.hpp"
#include "net/protocol/encoded_message.hpp"

namespace roost::net {

/// A ref or join_ref as the client wrote it: its JSON text ("\"7\"", "7"), or empty for null. It is
/// echoed with its JSON type; binary messages carry its plain text (docs/protocol.md).
struct ref {
  std::string json;
  bool is_null() const { return json.empty(); }
  friend bool operator==(const ref&, const ref&) = default;
};

/// The text of a ref in binary messages: the content of a string, other JSON unchanged, and the
/// empty string for null.
std::string plain_text(const ref& reference);
/// Whether two refs are the same JSON value. Strings are compared by content, other JSON by its
/// text; so the number 1 differs from the string "1". Null equals only null.
bool same_ref(const ref& one, const ref& other);
/// Whether two refs have the same plain text, as binary messages carry it; so the number 1 equals
/// the string "1". Null equals only null.
bool same_plain_text(const ref& one, const ref& other);

/// One decoded message of a client.
struct message {
  ref join_ref;
  ref reference;
  std::string topic;  ///< unescaped; the raw JSON text if `topic_is_string` is false
  std::string event;  ///< unescaped; the raw JSON text if `event_is_string` is false
  bool topic_is_string = true;
  bool event_is_string = true;
  bool is_from_binary_message = false;  ///< its refs lost their JSON type: they are strings here
  payload body;
};

/// The position and the time of an event, for broadcasts.
struct timed_position {
  position at;
  std::int64_t time_ms = 0;  ///< of the owner's clock, since 1970
};

/// {"epoch": "...", "offset": n}, with a time also "time": ms.
std::string position_json(const position& event_position);
std::string timed_position_json(const timed_position& event_position);

enum class codec_id : std::uint8_t { v1, v2 };

/// The message format of one connection. `index()` is dense, for arrays with one message per
/// format.
struct wire_format {
  codec_id codec = codec_id::v2;
  bool positions = false;
  static constexpr std::size_t count = 4;
  constexpr std::size_t index() const {
    return (codec == codec_id::v2 ? 2U : 0U) + (positions ? 1U : 0U);
  }
  static constexpr wire_format at(std::size_t i) {
    return {i >= 2 ? codec_id::v2 : codec_id::v1, i % 2 == 1};
  }
};

}  // namespace roost::net
