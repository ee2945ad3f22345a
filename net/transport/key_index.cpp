// SPDX-License-Identifier: Apache-2.0
#include "net/transport/key_index.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace roost::net {
namespace {

constexpr std::size_t slots_min = 16;

}  // namespace

void key_index::add(std::uint32_t hash, std::uint32_t sequence, std::uint32_t first) {
  if ((used_ + 1) * 2 > slots_.size()) rebuild(first);
  if (put({hash, sequence}, first)) ++used_;
}

// Returns true if the entry took a slot that was never used, false if it replaced a stale entry.
bool key_index::put(entry added, std::uint32_t first) {
  auto i = added.hash & mask();
  while (slots_[i].hash != 0 && !is_stale(slots_[i], first)) i = (i + 1) & mask();
  return std::exchange(slots_[i], added).hash == 0;
}

void key_index::rebuild(std::uint32_t first) {
  const auto is_live = [first](const entry& e) { return e.hash != 0 && !is_stale(e, first); };
  const auto live = static_cast<std::size_t>(std::ranges::count_if(slots_, is_live));
  const auto old = std::move(slots_);
  slots_ = std::vector<entry>(std::bit_ceil(std::max(slots_min, (live + 1) * 4)));
  used_ = live;
  for (const auto& each : old) {
    if (is_live(each)) put(each, first);
  }
}

}  // namespace roost::net
