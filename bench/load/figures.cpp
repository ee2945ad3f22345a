// SPDX-License-Identifier: Apache-2.0
#include "bench/load/figures.hpp"

#include <algorithm>
#include <cstdio>

namespace roost::bench {

void figures::fail(std::string why) {
  if (!error_.empty()) return;
  // So that it is a text of JSON.
  const auto is_special = [](char c) { return c == '"' || c == '\\' || (c >= 0 && c < ' '); };
  std::ranges::replace_if(why, is_special, '\'');
  error_ = std::move(why);
}

void figures::print() const {
  std::printf("{\"error\":\"%s\"", error_.c_str());
  for (const auto& [name, value] : values_) std::printf(",\"%s\":%.10g", name, value);
  std::printf("}\n");
}

}  // namespace roost::bench
