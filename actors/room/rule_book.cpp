#include "actors/room/rule_book.hpp"

#include <algorithm>
#include <utility>

#include "actors/room/rule_match.hpp"

namespace roost::actors {

rule_book::plans rule_book::prepare(const std::vector<room_rule>& rules) {
  plans out;
  for (const auto& each : rules) out.push_back(std::make_shared<const room_plan>(each));
  return out;
}

void rule_book::replace(plans next) {
  std::lock_guard guard(lock_);
  plans_.swap(next);
}

std::shared_ptr<const room_plan> rule_book::plan_of(std::string_view topic_name) const {
  std::lock_guard guard(lock_);
  const auto found = std::ranges::find_if(
      plans_, [&](const auto& plan) { return matches(plan->rule, topic_name); });
  return found == plans_.end() ? nullptr : *found;
}

}  // namespace roost::actors
