// A frame as a client understands it.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace roost::sim {

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

/// A V2 text frame with or without a position. Throws what the JSON parser throws.
inline heard hear(const std::string& text) {
  const auto all = nlohmann::json::parse(text);
  const auto text_or_null = [&](std::size_t i) {
    return all.at(i).is_null() ? std::string() : all.at(i).get<std::string>();
  };
  heard out{text_or_null(0), text_or_null(1), all.at(2), all.at(3), all.at(4), {}};
  if (all.size() > 5) out.where = position{all[5].at("epoch"), all[5].at("offset")};
  return out;
}

}  // namespace roost::sim
