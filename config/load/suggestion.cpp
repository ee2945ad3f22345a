// SPDX-License-Identifier: Apache-2.0
#include "config/load/suggestion.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace roost {
namespace {

/// A key path, split before its last part.
struct split_path {
  std::string_view parent;
  std::string_view last;
  explicit split_path(std::string_view path) : last(path.substr(path.rfind('.') + 1)) {
    parent = path.substr(0, path.size() - last.size());
  }
};

/// Whether `whole` contains `part` as whole words: "events_max" contains "events".
bool has_words(std::string_view whole, std::string_view part) {
  constexpr std::size_t part_bytes_min = 3;
  if (part.size() < part_bytes_min || whole.size() <= part.size()) return false;
  const auto at = whole.find(part);
  if (at == std::string_view::npos) return false;
  const auto end = at + part.size();
  return (at == 0 || whole[at - 1] == '_') && (end == whole.size() || whole[end] == '_');
}

/// The first parts of `key`, as many as `like` has; empty if `key` does not have more parts.
std::string_view cut_to_parts(std::string_view key, std::string_view like) {
  std::size_t end = 0;
  for (auto dots = std::ranges::count(like, '.'); dots >= 0; --dots) {
    end = key.find('.', end == 0 ? 0 : end + 1);
    if (end == std::string_view::npos) return {};
  }
  return key.substr(0, end);
}

// Costs of the kinds of mistakes. A missing word in the right object costs slightly more than one
// wrong character; the right last part in a wrong object costs slightly more than a missing
// word.
constexpr std::size_t character_cost = 4;
constexpr std::size_t missing_words_cost = 5;
constexpr std::size_t other_parent_cost = 6;

std::size_t cost_of(std::string_view meant, std::string_view known) {
  const split_path from{meant};
  const split_path to{known};
  const auto parent_cost = from.parent == to.parent ? 0 : other_parent_cost;
  auto cost = std::min(character_cost * edit_distance(meant, known),
                       character_cost * edit_distance(from.last, to.last) + parent_cost);
  if (has_words(to.last, from.last) || has_words(from.last, to.last)) {
    cost = std::min(cost, missing_words_cost + parent_cost);
  }
  if (const auto section = cut_to_parts(known, meant); !section.empty()) {
    cost = std::min(cost, character_cost * edit_distance(meant, section) + missing_words_cost);
  }
  return cost;
}

}  // namespace

std::string in_lower_case(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
  return out;
}

std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    auto diagonal = row[0]++;
    for (std::size_t j = 0; j < to.size(); ++j) {
      auto replaced = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

std::string suggest_name(std::string_view name, const std::vector<std::string>& known) {
  const auto meant = in_lower_case(name);
  return *std::ranges::min_element(
      known, {}, [&](const std::string& other) { return cost_of(meant, in_lower_case(other)); });
}

}  // namespace roost
