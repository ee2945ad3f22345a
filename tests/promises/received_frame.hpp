// SPDX-License-Identifier: Apache-2.0
// A decoded text frame, as a client reads it.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace roost::promises {

/// The position of an event, as clients see it.
struct position {
  std::string epoch;
  std::uint64_t at = 0;
  std::int64_t time_ms = 0;  ///< of the event; 0: unknown. It names no other position.
  friend bool operator==(const position& one, const position& other) {
    return one.epoch == other.epoch && one.at == other.at;
  }
};

struct received_frame {
  std::string join_ref;   ///< empty: null
  std::string reference;  ///< empty: null
  std::string topic;
  std::string event;
  nlohmann::json payload;
  std::optional<promises::position> position;
};

/// Decodes a text frame of V1 or V2, with or without a position. Throws the JSON parser's errors.
received_frame decode_frame(const std::string& text);

/// The text of an event, for comparing received events with sent ones.
inline std::string content_of(const std::string& event, const nlohmann::json& payload) {
  return event + " " + payload.dump();
}

}  // namespace roost::promises
