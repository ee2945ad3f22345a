// SPDX-License-Identifier: Apache-2.0
// How often each fault happened in simulations, and how often nodes and clients noticed one.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace roost::sim {

using fault_counts = std::map<std::string, std::uint64_t>;  // by what happened

inline void add(const fault_counts& from, fault_counts& to) {
  for (const auto& [name, count] : from) to[name] += count;
}

}  // namespace roost::sim
