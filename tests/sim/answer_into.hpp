// SPDX-License-Identifier: Apache-2.0
// Calls of stores that answer before the request returns.
#pragma once

#include <optional>
#include <utility>

namespace roost::sim {

/// A callback that keeps the answer. `out` outlives it.
template <class Answer>
auto into(std::optional<Answer>& out) {
  return [&out](Answer got) { out.emplace(std::move(got)); };
}

}  // namespace roost::sim
