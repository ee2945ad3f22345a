#include "config/nearest.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace roost {

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

std::string nearest_name(std::string_view name, const std::vector<std::string>& known) {
  // Whoever wrote a name in the other case meant it.
  auto without_case = [](std::string_view text) {
    std::string out{text};
    std::ranges::transform(out, out.begin(), [](unsigned char c) { return std::tolower(c); });
    return out;
  };
  const auto meant = without_case(name);
  auto last_part = [](std::string_view path) { return path.substr(path.rfind('.') + 1); };
  auto distance = [&](const std::string& other) {
    const auto one = without_case(other);
    return std::min(edit_distance(meant, one), edit_distance(last_part(meant), last_part(one)) + 1);
  };
  return *std::ranges::min_element(known, {}, distance);
}

}  // namespace roost
