// SPDX-License-Identifier: Apache-2.0
// Fault injection for tests: how a fault is chosen by its name.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace roost::cluster {

/// The names of the faults of a struct that has a bool for each.
template <class Faults, std::size_t Count>
using fault_names = std::array<std::pair<std::string_view, bool Faults::*>, Count>;

/// Enables the fault with this name. False: unknown name.
template <class Faults, std::size_t Count>
bool enable_fault(const fault_names<Faults, Count>& all, std::string_view name, Faults& into) {
  for (const auto& [known, fault] : all) {
    if (known != name) continue;
    into.*fault = true;
    return true;
  }
  return false;
}

}  // namespace roost::cluster
