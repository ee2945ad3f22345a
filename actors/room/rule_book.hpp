// The rules of rooms made ready, as a reload replaces them.
#pragma once

#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "actors/room/room_plan.hpp"
#include "config/settings.hpp"

namespace roost::actors {

/// Owns: a plan for each rule. Runs on: any thread. Ends: with the node; a plan that is in use
/// lives on with its user.
class rule_book {
 public:
  using plans = std::vector<std::shared_ptr<const room_plan>>;

  /// Throws where a schema cannot be read.
  static plans prepare(const std::vector<room_rule>& rules);
  explicit rule_book(const std::vector<room_rule>& rules) : plans_(prepare(rules)) {}

  void replace(plans next);
  /// The plan of the topic's rule; null: no rule.
  std::shared_ptr<const room_plan> plan_of(std::string_view topic_name) const;

 private:
  mutable std::mutex lock_;
  plans plans_;  // in the rules' order
};

}  // namespace roost::actors
