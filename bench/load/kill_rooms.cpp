// SPDX-License-Identifier: Apache-2.0
#include "bench/load/kill_rooms.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace roost::bench {

unsigned room_of(std::string_view reply) {
  constexpr std::string_view before = R"("echo:)";
  const auto at = reply.find(before);
  unsigned room = 0;
  if (at == reply.npos) return room;
  std::from_chars(reply.data() + at + before.size(), reply.data() + reply.size(), room);
  return room;
}

std::string_view epoch_of(std::string_view reply) {
  constexpr std::string_view before = R"("epoch":")";
  const auto at = reply.find(before);
  if (at == reply.npos) return {};
  reply.remove_prefix(at + before.size());
  return reply.substr(0, reply.find('"'));
}

void room_owners::answered(unsigned room, std::string_view epoch, std::int64_t pushed_at_ns) {
  if (!is_taken_.empty()) return;
  auto found = numbers_.find(epoch);
  if (found == numbers_.end()) {
    found = numbers_.emplace(epoch, static_cast<unsigned>(numbers_.size())).first;
    last_push_ns_.push_back(0);
  }
  epochs_[room] = found->second;
  auto& last = last_push_ns_[found->second];
  last = std::max(last, pushed_at_ns);
}

std::string room_owners::decide(std::int64_t steady_since_ns, std::int64_t killed_at_ns) {
  std::vector<bool> taken;
  for (const auto epoch : epochs_) {
    if (epoch == unknown) return "a room was never pushed into";
    const auto last = last_push_ns_[epoch];
    if (last < steady_since_ns) return "too few steady rooms: none has the owner of some rooms";
    taken.push_back(last < killed_at_ns);
  }
  const auto count = std::ranges::count(taken, true);
  if (count == 0) return "no room was the killed node's";
  if (count == std::ssize(taken)) return "every room was the killed node's";
  is_taken_ = std::move(taken);
  return {};
}

}  // namespace roost::bench
