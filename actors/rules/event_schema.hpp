// SPDX-License-Identifier: Apache-2.0
// Checks the payloads of a room's events: size and JSON schema. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "config/base/error.hpp"
#include "config/json_schema/payload_schema.hpp"
#include "config/schema/settings.hpp"

namespace roost::actors {

/// The payload rules of one room rule, by event name.
/// Owns: the compiled schemas. Runs on: any thread, several at once (immutable). Ends: with its
/// last copy; copies share the schemas.
class event_rules {
 public:
  /// Reads the schema files. Throws std::runtime_error if one cannot be read or is invalid.
  explicit event_rules(const room_rule& rule);

  /// payload_too_large, invalid_payload, or none. An event without a rule may have any payload.
  errc check(std::string_view event, std::string_view json_payload, bool is_binary) const;
  bool has_schema(std::string_view event) const;

 private:
  struct rule_of_event {
    std::uint32_t bytes_max = 0;
    std::optional<payload_schema> schema;
  };
  std::map<std::string, rule_of_event, std::less<>> rules_;
};

}  // namespace roost::actors
