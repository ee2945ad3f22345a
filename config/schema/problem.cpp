// SPDX-License-Identifier: Apache-2.0
#include "config/schema/problem.hpp"

#include <algorithm>

namespace roost {
namespace {

bool holds(std::string_view outer, std::string_view inner) {
  if (!inner.starts_with(outer)) return false;
  const auto rest = inner.substr(outer.size());
  return rest.empty() || rest.front() == '.' || rest.front() == '[' || rest == "_file";
}

}  // namespace

bool is_faulty(std::string_view key, const std::vector<problem>& problems) {
  return std::ranges::any_of(
      problems, [key](const problem& p) { return holds(key, p.key) || holds(p.key, key); });
}

}  // namespace roost
