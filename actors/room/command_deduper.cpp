// SPDX-License-Identifier: Apache-2.0
#include "actors/room/command_deduper.hpp"

#include <algorithm>
#include <utility>

namespace roost::actors {

void command_deduper::edge::drop_answered(std::uint64_t up_to) {
  while (begin < answers.size() && answers[begin].number <= up_to) ++begin;
  // Compact when half are dropped: amortized constant time.
  if (begin * 2 < answers.size()) return;
  answers.erase(answers.begin(), answers.begin() + static_cast<std::ptrdiff_t>(begin));
  begin = 0;
  // Free the memory of a burst.
  constexpr std::size_t kept_max = 16;
  if (answers.capacity() > kept_max && answers.size() * 4 <= answers.capacity()) {
    answers.shrink_to_fit();
  }
}

command_deduper::edge* command_deduper::find(const cluster::edge_id& id) {
  // Search backwards: the newest edge sends most commands.
  const auto it = std::find_if(edges_.rbegin(), edges_.rend(),
                               [&id](const edge& each) { return each.id == id; });
  return it == edges_.rend() ? nullptr : &*it;
}

command_deduper::edge& command_deduper::open(const cluster::command& first, time_point now) {
  std::erase_if(edges_, [now](const edge& each) { return each.last_seen + quiet_for < now; });
  if (edges_.size() >= edges_max) {
    edges_.erase(std::min_element(edges_.begin(), edges_.end(), [](const edge& a, const edge& b) {
      return a.last_seen < b.last_seen;
    }));
  }
  answers_bytes_ = 0;
  for (const auto& each : edges_) answers_bytes_ += each.bytes();
  // This edge may be older than this owner: continue from its acknowledgement, since the edge
  // resends unanswered commands. Without resends an earlier owner has answered all before this one.
  const auto number = first.id.number;
  const auto last = may_repeat_ || number == 0 ? first.answered : number - 1;
  edges_.push_back({first.id.edge, last, now, {}, 0});
  return edges_.back();
}

command_deduper::dedupe_result command_deduper::take(const cluster::command& command,
                                                     time_point now) {
  auto* found = find(command.id.edge);
  if (!found) found = &open(command, now);
  found->last_seen = now;
  answers_bytes_ -= found->bytes();
  found->drop_answered(command.answered);
  answers_bytes_ += found->bytes();
  if (command.id.number <= found->last) return dedupe_result::repeated;
  if (command.id.number != found->last + 1) return dedupe_result::early;
  found->last = command.id.number;
  return dedupe_result::fresh;
}

void command_deduper::answered(const cluster::command_id& id, kept_answer given) {
  auto* const found = may_repeat_ ? find(id.edge) : nullptr;
  if (!found) return;
  answers_bytes_ -= found->bytes();
  found->answers.push_back({id.number, std::move(given)});
  answers_bytes_ += found->bytes();
}

void command_deduper::forget_joins() {
  for (auto& each : edges_) {
    for (auto& [number, given] : each.answers) {
      if (std::holds_alternative<kept::joined>(given)) given = kept::refused{errc::join_crashed};
    }
  }
}

const command_deduper::kept_answer* command_deduper::answer_to(
    const cluster::command_id& id) const {
  const auto* found = const_cast<command_deduper*>(this)->find(id.edge);
  if (!found) return nullptr;
  const auto first = found->answers.begin() + static_cast<std::ptrdiff_t>(found->begin);
  const auto at = std::lower_bound(first, found->answers.end(), id.number,
                                   [](const answer& a, std::uint64_t n) { return a.number < n; });
  return at != found->answers.end() && at->number == id.number ? &at->given : nullptr;
}

}  // namespace roost::actors
