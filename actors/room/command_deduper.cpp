// SPDX-License-Identifier: Apache-2.0
#include "actors/room/command_deduper.hpp"

#include <algorithm>
#include <utility>

namespace roost::actors {

std::vector<command_deduper::answer>::iterator command_deduper::edge::from(std::uint64_t number) {
  return std::lower_bound(answers.begin() + static_cast<std::ptrdiff_t>(begin), answers.end(),
                          number, [](const answer& a, std::uint64_t n) { return a.number < n; });
}

void command_deduper::edge::keep(std::uint64_t number, kept_answer&& given) {
  if (begin == answers.size() || answers.back().number < number) {
    answers.push_back({number, std::move(given)});
    return;
  }
  const auto at = from(number);  // an earlier owner has answered later commands
  if (at->number == number) {
    at->given = std::move(given);
  } else {
    answers.insert(at, {number, std::move(given)});
  }
}

void command_deduper::edge::drop_answered() {
  while (begin < answers.size() && answers[begin].number <= answered) ++begin;
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

/// Changes the answers of an edge, and the count of their bytes.
template <class Change>
void command_deduper::change(edge& of, Change make) {
  answers_bytes_ -= of.bytes();
  make(of);
  answers_bytes_ += of.bytes();
}

command_deduper::edge* command_deduper::find(node_id node) {
  // Search backwards: the newest edge sends most commands.
  const auto it = std::find_if(edges_.rbegin(), edges_.rend(),
                               [node](const edge& each) { return each.id.node == node; });
  return it == edges_.rend() ? nullptr : &*it;
}

/// Adds an edge, or begins a new incarnation.
command_deduper::edge& command_deduper::open(const cluster::edge_id& id, time_point now) {
  std::erase_if(edges_, [&](const edge& each) {
    return each.id.node == id.node || each.last_seen + quiet_for < now;
  });
  if (edges_.size() >= edges_max) {
    edges_.erase(std::min_element(edges_.begin(), edges_.end(), [](const edge& a, const edge& b) {
      return a.last_seen < b.last_seen;
    }));
  }
  answers_bytes_ = 0;
  for (const auto& each : edges_) answers_bytes_ += each.bytes();
  edges_.push_back({.id = id, .last_seen = now});
  return edges_.back();
}

bool command_deduper::is_newer(const cluster::edge_id& id) const {
  const auto* const found = find(id.node);
  return found && found->id.incarnation < id.incarnation;
}

bool command_deduper::is_older(const cluster::edge_id& id) const {
  const auto* const found = find(id.node);
  return found && found->id.incarnation > id.incarnation;
}

/// The entry of the command's edge, with its acknowledgement. Null: the command is outdated.
command_deduper::edge* command_deduper::enter(const cluster::command& command, time_point now) {
  const auto number = command.id.number;
  auto* found = find(command.id.edge.node);
  if (!found || found->id != command.id.edge) {
    if (found && found->id.incarnation > command.id.edge.incarnation) return nullptr;
    found = &open(command.id.edge, now);
    // This edge may be older than this owner. Without resends an earlier owner has answered all
    // commands before this one.
    if (!may_repeat_ && number != 0) found->last = number - 1;
  }
  found->last_seen = now;
  const bool uses_acknowledgement = !(faults_ && faults_->no_first_unanswered);
  if (uses_acknowledgement) found->answered = std::max(found->answered, command.answered);
  // The edge resends its unanswered commands, so it continues from its acknowledgement.
  found->last = std::max(found->last, found->answered);
  change(*found, [](edge& of) { of.drop_answered(); });
  return found;
}

bool command_deduper::acknowledge(const cluster::command& command, time_point now) {
  return enter(command, now) != nullptr;
}

command_deduper::dedupe_result command_deduper::take(const cluster::command& command,
                                                     time_point now) {
  auto* const found = enter(command, now);
  if (!found) return dedupe_result::outdated;
  const auto number = command.id.number;
  if (number <= found->last) return dedupe_result::repeated;
  if (number != found->last + 1) return dedupe_result::early;
  found->last = number;
  return number <= found->stored ? dedupe_result::reapply : dedupe_result::fresh;
}

void command_deduper::expect_repeats(node_id node) {
  auto* const found = find(node);
  if (!found) return;
  found->stored = std::max(found->stored, found->last);
  found->last = found->answered;
}

void command_deduper::answered(const cluster::command_id& id, kept_answer given) {
  auto* const found = may_repeat_ ? find(id.edge.node) : nullptr;
  if (!found || found->id != id.edge) return;
  change(*found, [&](edge& of) { of.keep(id.number, std::move(given)); });
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
  auto* found = const_cast<command_deduper*>(this)->find(id.edge.node);
  if (!found || found->id != id.edge) return nullptr;
  const auto at = found->from(id.number);
  return at != found->answers.end() && at->number == id.number ? &at->given : nullptr;
}

void command_deduper::record(const cluster::command_id& id, cluster::log_record& record) {
  record.command = id;
  auto* const found = id.number == 0 ? nullptr : find(id.edge.node);
  if (!found || found->id != id.edge) return;
  record.answered = found->answered;
  if (id.number <= found->recorded) return;
  record.answers.assign(found->from(found->recorded + 1), found->from(id.number + 1));
  found->recorded = id.number;
}

void command_deduper::replay(const cluster::log_record& record, std::optional<kept_answer> own,
                             time_point now) {
  const auto& id = record.command;
  if (id.number == 0 || (faults_ && faults_->forget_numbers)) return;
  auto* found = find(id.edge.node);
  if (!found || found->id != id.edge) found = &open(id.edge, now);
  change(*found, [&](edge& of) {
    of.stored = std::max(of.stored, id.number);
    of.recorded = of.stored;
    of.answered = std::max(of.answered, record.answered);
    if (may_repeat_ && !(faults_ && faults_->forget_answers)) {
      for (auto [number, given] : record.answers) of.keep(number, std::move(given));
      if (own) of.keep(id.number, std::move(*own));
    }
    of.drop_answered();
  });
}

std::vector<cluster::room_snapshot::edge> command_deduper::stored_edges(time_point now) const {
  std::vector<cluster::room_snapshot::edge> out;
  for (const auto& each : edges_) {
    if (each.last_seen + quiet_for < now) continue;
    const auto begin = each.answers.begin() + static_cast<std::ptrdiff_t>(each.begin);
    out.push_back({each.id, std::max(each.last, each.stored), {begin, each.answers.end()}});
  }
  return out;
}

void command_deduper::restore(const cluster::room_snapshot::edge& stored, time_point now) {
  if (faults_ && faults_->forget_numbers) return;
  auto& made = open(stored.id, now);
  made.stored = made.recorded = stored.last;
  const bool forgets = faults_ && faults_->forget_answers;
  if (may_repeat_ && !forgets) change(made, [&](edge& of) { of.answers = stored.answers; });
}

}  // namespace roost::actors
