// SPDX-License-Identifier: Apache-2.0
// The compiled room rules of the node; a reload replaces them.
#pragma once

#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "actors/rules/compiled_rule.hpp"
#include "config/schema/settings.hpp"

namespace roost::actors {

/// The current room rules.
/// Owns: each rule, compiled. Runs on: any thread (it has a lock). Ends: with the node; an edge
/// shares ownership of the compiled rule that it uses.
class room_rules {
 public:
  using compiled_rules = std::vector<std::shared_ptr<const compiled_rule>>;

  /// Compiles the rules. Throws std::runtime_error if a schema cannot be read.
  static compiled_rules compile(const std::vector<room_rule>& rules);
  explicit room_rules(const std::vector<room_rule>& rules) : rules_(compile(rules)) {}

  void replace(compiled_rules next);
  /// The first rule that matches the topic, compiled; null: none matches.
  std::shared_ptr<const compiled_rule> find(std::string_view topic_name) const;

 private:
  mutable std::mutex lock_;
  compiled_rules rules_;  // in order of the rules
};

}  // namespace roost::actors
