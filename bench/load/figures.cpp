// SPDX-License-Identifier: Apache-2.0
#include "bench/load/figures.hpp"

#include <cstdio>

namespace roost::bench {

void figures::fail(std::string why) {
  if (error_.empty()) error_ = std::move(why);
}

void figures::print() const {
  std::printf("{\"error\":\"%s\"", error_.c_str());
  for (const auto& [name, value] : values_) std::printf(",\"%s\":%.10g", name, value);
  std::printf("}\n");
}

}  // namespace roost::bench
