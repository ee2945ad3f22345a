#include "config/nearest.hpp"

#include <algorithm>
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

std::string nearest_name(std::string_view meant, const std::vector<std::string>& known) {
  auto last_part = [](std::string_view path) { return path.substr(path.rfind('.') + 1); };
  auto distance = [&](const std::string& name) {
    auto whole = edit_distance(meant, name);
    return std::min(whole, edit_distance(last_part(meant), last_part(name)) + 1);
  };
  return *std::ranges::min_element(known, {}, distance);
}

}  // namespace roost
