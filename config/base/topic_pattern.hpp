// SPDX-License-Identifier: Apache-2.0
// Prefix patterns for topics and events, as in rooms[].match and in token grants. Pure.
#pragma once

#include <string_view>

namespace roost {

/// The prefix of every name that matches: the pattern without a * at its end.
inline std::string_view pattern_prefix(std::string_view pattern) {
  if (pattern.ends_with('*')) pattern.remove_suffix(1);
  return pattern;
}

/// A * at the end of `pattern` matches any rest of `name`; elsewhere it is a literal character.
inline bool pattern_matches(std::string_view pattern, std::string_view name) {
  if (!pattern.ends_with('*')) return name == pattern;
  pattern.remove_suffix(1);
  return name.starts_with(pattern);
}

}  // namespace roost
