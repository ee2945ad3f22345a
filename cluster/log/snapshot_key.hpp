// SPDX-License-Identifier: Apache-2.0
// The keys of a shard's snapshots. Pure.
#pragma once

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

}  // namespace roost::cluster
