// SPDX-License-Identifier: Apache-2.0
#include "actors/edge/paced_commands.hpp"

#include <utility>

#include "actors/messages/command_bytes.hpp"
#include "cluster/envelope.hpp"

namespace roost::actors {

void paced_commands::add(std::vector<cluster::command>& made) {
  for (auto& each : made) held_.push_back(std::move(each));
  made.clear();
}

std::vector<cluster::command> paced_commands::take(std::uint64_t first_unanswered) {
  const bool has_number = last_number_ != 0 && first_unanswered != 0;
  if (parts_waiting_ == 0 && !(has_number && first_unanswered <= last_number_)) {
    piece_bytes_ = 0;
    last_number_ = 0;
  }
  std::vector<cluster::command> out;
  while (!held_.empty()) {
    auto& next = held_.front();
    const auto bytes = command_bytes(next);
    if (piece_bytes_ > 0 && piece_bytes_ + bytes > piece_bytes_max) break;
    piece_bytes_ += bytes;
    if (cluster::is<cluster::commands::attach>(next)) ++parts_waiting_;
    if (next.id.number != 0) last_number_ = next.id.number;
    out.push_back(std::move(next));
    held_.pop_front();
  }
  return out;
}

}  // namespace roost::actors
