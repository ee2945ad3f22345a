// SPDX-License-Identifier: Apache-2.0
#include "tests/promises/room_truth.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <limits>

namespace roost::promises {

namespace {

std::string text_of(const push_id& push) {
  return "push " + std::to_string(push.number) + " of client " + std::to_string(push.client);
}

/// A room keeps an idempotency value for this long at least (docs/rooms.md).
constexpr std::int64_t values_kept_ms = 120'000;

bool is_value_forgotten(const position& first, const position& second) {
  const bool is_known = first.time_ms > 0 && second.time_ms > 0;
  return is_known && std::abs(second.time_ms - first.time_ms) >= values_kept_ms;
}

std::string text_of(const position& at) { return at.epoch + ":" + std::to_string(at.at); }

}  // namespace

void room_truth::pushed(const push_id& push, const std::string& channel) {
  pushes_.push_back({push, channel});
}

void room_truth::received(const position& position, const std::string& content,
                          const push_id& push) {
  if (refused_.contains(push)) {
    found_.broke(promise::true_answer, topic_ + ": " + text_of(push) + " was refused but applied");
  }
  record(position, content, push);
}

void room_truth::refused(const push_id& push) {
  refused_.insert(push);
  if (positions_.contains(push)) {
    found_.broke(promise::true_answer, topic_ + ": " + text_of(push) + " was applied but refused");
  }
}

void room_truth::record(const position& position, const std::string& content, const push_id& push) {
  const position_key at{forgets_ ? position.epoch : std::string(), position.at};
  const auto [known, is_new] = order_.emplace(at, known_event{push, content, position.epoch});
  if (!is_new) check_same(known->second, position, content, push);
  if (known->second.content.empty()) known->second.content = content;
  if (known->second.epoch.empty()) known->second.epoch = position.epoch;
  if (!position.epoch.empty()) {
    auto& least = first_in_.emplace(position.epoch, position.at).first->second;
    least = std::min(least, position.at);
    check_beginning(position.epoch);
  }
  const auto [first, is_first] = positions_.emplace(push, position);
  if (first->second == position && position.time_ms > 0) first->second = position;
  const bool may_be_lost = loses_end_ && first->second.epoch != position.epoch;
  const bool may_repeat = is_repeated(push) && is_value_forgotten(first->second, position);
  if (!is_first && first->second.at != position.at && !may_be_lost && !may_repeat) {
    found_.broke(is_repeated(push) ? promise::idempotent : promise::push_order,
                 topic_ + ": " + text_of(push) + " is at " + text_of(first->second) + " and at " +
                     text_of(position));
  }
  if (!is_repeated(push)) check_sender_order(position, push);
}

void room_truth::goes_on(const std::string& epoch, std::uint64_t last) {
  auto& greatest = left_for_[epoch];
  greatest = std::max(greatest, last);
  check_beginning(epoch);
}

void room_truth::check_beginning(const std::string& epoch) const {
  const auto first = first_in_.find(epoch);
  const auto left = left_for_.find(epoch);
  if (first == first_in_.end() || left == left_for_.end()) return;
  if (first->second > left->second) return;
  found_.broke(promise::order, topic_ + ": a member goes on in epoch " + epoch + " behind " +
                                   std::to_string(left->second) + ", but it has an event at " +
                                   std::to_string(first->second));
}

void room_truth::check_same(const known_event& known, const position& position,
                            const std::string& content, const push_id& push) {
  const auto here = topic_ + " " + text_of(position);
  if (!known.content.empty() && !content.empty() && known.content != content) {
    found_.broke(promise::one_order,
                 here + " is " + known.content + " for one client and " + content + " for another");
  }
  if (known.push != push) {
    found_.broke(promise::true_answer,
                 here + " is " + text_of(known.push) + " and " + text_of(push));
  }
  if (!known.epoch.empty() && !position.epoch.empty() && known.epoch != position.epoch) {
    found_.broke(promise::one_order, here + " is in epoch " + known.epoch + " for another client");
  }
}

void room_truth::check_sender_order(const position& position, const push_id& push) {
  const auto epoch = forgets_ ? position.epoch : std::string();
  auto& order = numbers_by_sender_[{epoch, push.client, push.connection}];
  const auto mine = order.emplace(position.at, push.number).first;
  const bool follows = mine == order.begin() || std::prev(mine)->second < push.number;
  const bool precedes = std::next(mine) == order.end() || std::next(mine)->second > push.number;
  if (follows && precedes) return;
  found_.broke(promise::push_order,
               topic_ + ": " + text_of(push) + " is out of order at " + text_of(position));
}

std::string room_truth::epoch_at(std::uint64_t at) const {
  const auto found = order_.find({{}, at});
  return found == order_.end() ? std::string() : found->second.epoch;
}

std::uint64_t room_truth::newest_in(const std::string& epoch) const {
  constexpr auto last = std::numeric_limits<std::uint64_t>::max();
  const auto behind = order_.upper_bound({forgets_ ? epoch : std::string(), last});
  if (behind == order_.begin()) return 0;
  const auto& [at, event] = *std::prev(behind);
  return event.epoch == epoch ? at.second : 0;
}

void room_truth::check_quiet(std::optional<std::uint64_t> head) const {
  if (forgets_) return;
  check_epochs();
  if (!head) return;
  if (!order_.empty() && order_.rbegin()->first.second > *head) {
    found_.broke(promise::true_answer, topic_ + ": " + text_of(order_.rbegin()->second.push) +
                                           " is at " +
                                           std::to_string(order_.rbegin()->first.second) +
                                           ", but the last offset is " + std::to_string(*head));
  }
  if (order_.size() == *head) check_holes();
}

void room_truth::check_epochs() const {
  std::set<std::string> over;
  std::string now;
  for (const auto& [at, each] : order_) {
    if (each.epoch.empty() || each.epoch == now) continue;
    if (over.contains(each.epoch)) {
      found_.broke(promise::order, topic_ + ": epoch " + each.epoch + " comes back at " +
                                       std::to_string(at.second));
    }
    over.insert(std::exchange(now, each.epoch));
  }
}

/// Every offset was seen, so a push without an offset was not applied. Within one channel, a push
/// may not be skipped if a later one was applied.
void room_truth::check_holes() const {
  std::map<std::tuple<int, std::uint64_t, std::string>, push_id> left_out;
  for (const auto& [push, channel] : pushes_) {
    const std::tuple of{push.client, push.connection, channel};
    if (!positions_.contains(push)) {
      if (!refused_.contains(push)) left_out.emplace(of, push);
    } else if (left_out.contains(of)) {
      found_.broke(promise::push_order, topic_ + ": " + text_of(push) + " was applied, but not " +
                                            text_of(left_out.at(of)) + " before it");
    }
  }
}

}  // namespace roost::promises
