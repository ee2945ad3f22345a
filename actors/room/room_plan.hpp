// A room rule made ready: what every push asks is looked up once.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "actors/room/event_schema.hpp"
#include "config/base/keyed_hash.hpp"
#include "config/settings.hpp"

namespace roost::actors {

/// Owns: a copy of its rule and the schemas of its events. Runs on: any thread; does not change.
/// Ends: after the actors.
class room_plan {
 public:
  /// Throws where a schema cannot be read (while starting; `roost check` has said so before).
  explicit room_plan(const room_rule& from)
      : rule(from), events(from), ephemeral_(from.ephemeral.begin(), from.ephemeral.end()) {}
  bool is_ephemeral(std::string_view event) const {
    return !ephemeral_.empty() && ephemeral_.contains(event);
  }

  /// Why the rule refuses the payload of such an event: payload_too_large, invalid_payload, or
  /// none. A payload that a rule reads (a schema, idempotency_field, conflate_field) must not have
  /// equal keys: we would take the first, a client takes the last.
  errc check(std::string_view event, std::string_view payload, bool is_binary) const;

  const room_rule rule;
  const event_rules events;

 private:
  boost::unordered_flat_set<std::string, keyed_hash, std::equal_to<>> ephemeral_;
};

}  // namespace roost::actors
