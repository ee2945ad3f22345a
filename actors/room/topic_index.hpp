// SPDX-License-Identifier: Apache-2.0
// Topics sorted by name, for paging through them at a cost of one step for each match. Pure.
#pragma once

#include <algorithm>
#include <functional>
#include <set>
#include <string_view>

#include "config/base/ids.hpp"
#include "config/base/topic_pattern.hpp"

namespace roost::actors {

/// A sorted index of topics. `Less` compares names; a test counts comparisons with it.
/// Owns: pointers to topics, which must stay valid until they are removed.
/// Runs on: the caller's thread (always the same one). Ends: with its room_registry.
template <class Less = std::less<std::string_view>>
class topic_index {
 public:
  void add(const topic& topic) { names_.insert(&topic); }
  void remove(const topic& topic) { names_.erase(&topic); }
  void clear() { names_.clear(); }
  /// Calls `visit` with the topics after `after` that match, in order, until it returns false.
  /// Takes one search in the set, and one step for each call.
  template <class Visitor>
  void visit_after(std::string_view match, std::string_view after, Visitor visit) const {
    const auto prefix = pattern_prefix(match);
    auto it = after < prefix ? names_.lower_bound(prefix) : names_.upper_bound(after);
    for (; it != names_.end() && pattern_matches(match, (*it)->name); ++it) {
      if (!visit(**it)) return;
    }
  }

 private:
  struct by_name {
    using is_transparent = void;
    static std::string_view name_of(const topic* topic) { return topic->name; }
    static std::string_view name_of(std::string_view name) { return name; }
    template <class One, class Other>
    bool operator()(const One& one, const Other& other) const {
      return Less{}(name_of(one), name_of(other));
    }
  };
  std::set<const topic*, by_name> names_;
};

}  // namespace roost::actors
