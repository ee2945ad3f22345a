// SPDX-License-Identifier: Apache-2.0
// A room rule compiled for fast checks of each push.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "actors/rules/event_schema.hpp"
#include "config/base/keyed_hash.hpp"
#include "config/schema/settings.hpp"

namespace roost::actors {

/// A compiled room rule.
/// Owns: a copy of the rule and the schemas of its events. Runs on: any thread (immutable).
/// Ends: after the actors.
class compiled_rule {
 public:
  /// Throws std::runtime_error if a schema cannot be read; `roost check` reports that earlier.
  explicit compiled_rule(const room_rule& from)
      : rule(from), events(from), ephemeral_(from.ephemeral.begin(), from.ephemeral.end()) {}
  bool is_ephemeral(std::string_view event) const {
    return !ephemeral_.empty() && ephemeral_.contains(event);
  }

  /// Why the rule refuses this payload: payload_too_large, invalid_payload, or none. A payload that
  /// the rule reads (schema, idempotency_field, conflate_field) must not have duplicate keys: the
  /// server would use the first value, clients the last.
  errc check(std::string_view event, std::string_view payload, bool is_binary) const;

  const room_rule rule;
  const event_rules events;

 private:
  boost::unordered_flat_set<std::string, keyed_hash, std::equal_to<>> ephemeral_;
};

}  // namespace roost::actors
