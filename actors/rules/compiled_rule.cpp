// SPDX-License-Identifier: Apache-2.0
#include "actors/rules/compiled_rule.hpp"

#include "actors/rules/payload_field.hpp"

namespace roost::actors {

errc compiled_rule::check(std::string_view event, std::string_view payload, bool is_binary) const {
  if (const auto why = events.check(event, payload, is_binary); why != errc::none) return why;
  if (is_binary) return errc::none;
  if (events.has_schema(event)) {
    return has_equal_keys(payload, key_scope::all_levels) ? errc::invalid_payload : errc::none;
  }
  const auto& field = is_ephemeral(event) ? rule.conflate_field : rule.idempotency_field;
  const bool is_ambiguous = !field.empty() && has_equal_keys(payload, key_scope::top_level);
  return is_ambiguous ? errc::invalid_payload : errc::none;
}

}  // namespace roost::actors
