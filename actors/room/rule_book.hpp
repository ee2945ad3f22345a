// The compiled room rules of the node; a reload replaces them.
#pragma once

#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "actors/room/room_plan.hpp"
#include "config/settings.hpp"

namespace roost::actors {

/// The current room rules.
/// Owns: a plan for each rule. Runs on: any thread (it has a lock). Ends: with the node; an edge
/// shares ownership of the plan that it uses.
class rule_book {
 public:
  using plans = std::vector<std::shared_ptr<const room_plan>>;

  /// Compiles the rules. Throws if a schema cannot be read.
  static plans prepare(const std::vector<room_rule>& rules);
  explicit rule_book(const std::vector<room_rule>& rules) : plans_(prepare(rules)) {}

  void replace(plans next);
  /// The plan of the first rule that matches the topic; null: none matches.
  std::shared_ptr<const room_plan> plan_of(std::string_view topic_name) const;

 private:
  mutable std::mutex lock_;
  plans plans_;  // in order of the rules
};

}  // namespace roost::actors
