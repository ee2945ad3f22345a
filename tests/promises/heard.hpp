// A frame as a client understands it.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace roost::promises {

/// Where an event stands, as clients see it.
struct position {
  std::string epoch;
  std::uint64_t at = 0;
  friend bool operator==(const position&, const position&) = default;
};

struct heard {
  std::string join_ref;   ///< empty: null
  std::string reference;  ///< empty: null
  std::string topic;
  std::string event;
  nlohmann::json payload;
  std::optional<position> where;
};

/// A text frame of V1 or V2, with or without a position. Throws what the JSON parser throws.
heard hear(const std::string& text);

/// An event as it is compared with what was sent.
inline std::string content_of(const std::string& event, const nlohmann::json& payload) {
  return event + " " + payload.dump();
}

}  // namespace roost::promises
