// SPDX-License-Identifier: Apache-2.0
// Suggests the known name that a misspelled name most likely means. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace roost {

/// `text` with ASCII letters in lower case; names are compared this way.
std::string in_lower_case(std::string_view text);

/// The Levenshtein distance: the minimum of inserted, removed and replaced characters.
std::size_t edit_distance(std::string_view from, std::string_view to);

/// The nearest of `known`, which must not be empty; on a tie the first. Ignores case. It also
/// compares the last part of a key path, so that "port" finds "listen.port", and the words of that
/// part, so that "history.events" finds "history.events_max" and not "events".
std::string suggest_name(std::string_view meant, const std::vector<std::string>& known);

}  // namespace roost
