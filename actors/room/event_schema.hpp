// What the payloads of a room's events must be. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "config/base/error.hpp"
#include "config/payload_schema.hpp"
#include "config/settings.hpp"

namespace roost::actors {

/// Owns: the compiled schemas of one room rule. Runs on: any thread, several at once (it does not
/// change). Ends: with its last copy; copies share the schemas.
class event_rules {
 public:
  /// Reads the schemas. Throws std::runtime_error where one is bad, so it is made while starting.
  explicit event_rules(const room_rule& rule);

  /// payload_too_large, invalid_payload, or none. What has no rule is always right.
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
