// Patterns of topics and events, in rooms[].match as in tokens.
#pragma once

#include <string_view>

namespace roost::net::auth {

/// What every name that matches begins with.
inline std::string_view fixed_part(std::string_view pattern) {
  if (pattern.ends_with('*')) pattern.remove_suffix(1);
  return pattern;
}

/// Whether `name` is `pattern`; a * at its end stands for any rest, elsewhere for itself.
inline bool matches(std::string_view pattern, std::string_view name) {
  if (!pattern.ends_with('*')) return name == pattern;
  pattern.remove_suffix(1);
  return name.starts_with(pattern);
}

}  // namespace roost::net::auth
