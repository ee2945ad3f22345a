// Which known name somebody most likely meant.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace roost {

/// As names are compared: ASCII letters in lower case.
std::string in_lower_case(std::string_view text);

/// Fewest single-character insertions, removals and replacements from one to the other.
std::size_t edit_distance(std::string_view from, std::string_view to);

/// The nearest of `known`, which must not be empty; the first of equals. Case does not count. A key
/// path also counts by its last part, so that "port" finds "listen.port", and by words of it in the
/// same object, so that "history.events" finds "history.events_max" rather than "events".
std::string nearest_name(std::string_view meant, const std::vector<std::string>& known);

}  // namespace roost
