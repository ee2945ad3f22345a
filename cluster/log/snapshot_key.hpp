// SPDX-License-Identifier: Apache-2.0
// The keys of a shard's snapshots. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "config/base/ids.hpp"

namespace roost::cluster {

/// The key of a shard's barrier. No room has it.
inline constexpr std::string_view barrier_key = "$";

/// The key of a room: letters, digits, `_`, `-` and `:` as they are, every other byte as `=HH`. It
/// is one safe token for every store, and at most three times as long as the topic.
inline std::string snapshot_key(const topic& topic) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  out.reserve(topic.name.size());
  for (const char each : topic.name) {
    const bool is_safe = (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') ||
                         (each >= '0' && each <= '9') || each == '_' || each == '-' || each == ':';
    if (is_safe) {
      out.push_back(each);
      continue;
    }
    const auto byte = static_cast<unsigned char>(each);
    out.append({'=', digits[byte >> 4U], digits[byte & 15U]});
  }
  return out;
}

/// The topic of a room's key; none: it is no such key.
inline std::optional<topic> topic_of_key(std::string_view key) {
  const auto digit = [](char each) -> unsigned {
    if (each >= '0' && each <= '9') return static_cast<unsigned>(each - '0');
    return each >= 'A' && each <= 'F' ? static_cast<unsigned>(each - 'A') + 10U : 16U;
  };
  topic out;
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (key[i] != '=') {
      out.name.push_back(key[i]);
      continue;
    }
    if (key.size() - i < 3) return std::nullopt;
    out.name.push_back(static_cast<char>(digit(key[i + 1]) << 4U | digit(key[i + 2])));
    i += 2;
  }
  if (snapshot_key(out) != key) return std::nullopt;
  return out;
}

}  // namespace roost::cluster
