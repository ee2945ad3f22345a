// SPDX-License-Identifier: Apache-2.0
#include "actors/rules/access.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>

#include "config/base/exact_json.hpp"
#include "config/base/topic_pattern.hpp"

namespace roost::actors {

namespace {

using net::auth::grant_list;
using net::auth::token_claims;
using nlohmann::json;

bool is_reachable(std::string_view topic) { return !topic.empty() && topic.front() != '$'; }

// The part after the first colon is the user: "user:ada" belongs to ada.
bool is_own(std::string_view topic, const token_claims& claims) {
  const auto colon = topic.find(':');
  return colon != std::string_view::npos && !claims.user.empty() &&
         topic.substr(colon + 1) == claims.user;
}

// Compares type and value: the string "1" differs from the number 1, but 1.0 equals 1.
bool is_one_of(const json& value, const std::vector<claim_value>& in) {
  return std::ranges::any_of(in, [&value](const claim_value& each) {
    return std::visit([&value](const auto& wanted) { return is_exactly(value, json(wanted)); },
                      each);
  });
}

bool has_claim(const access_rule& rule, const token_claims& claims) {
  if (!claims.all) return false;
  const auto found = claims.all->find(rule.claim);
  if (found == claims.all->end()) return false;
  if (!found->is_array()) return is_one_of(*found, rule.in);
  return std::ranges::any_of(*found, [&rule](const json& e) { return is_one_of(e, rule.in); });
}

// Calls `is_granted` only for a rule of kind grant.
template <class IsGranted>
bool allows(const access_rule& rule, std::string_view topic, principal caller,
            IsGranted is_granted) {
  using kind = access_rule::grantee;
  switch (rule.allowed) {
    case kind::any:
      return true;
    case kind::user:
      return caller != nullptr;
    case kind::self:
      return caller && is_own(topic, *caller);
    case kind::grant:
      return caller && is_granted(caller->grants);
    case kind::claim:
      return caller && has_claim(rule, *caller);
    case kind::none:
      return false;
  }
  return false;
}

}  // namespace

bool may_join(const settings& config, const room_rule& rule, std::string_view topic_name,
              principal caller) {
  if (!is_reachable(topic_name)) return false;
  if (!rule.allow.join) return caller || !has_token_key(config);
  return allows(*rule.allow.join, topic_name, caller,
                [topic_name](const grant_list& grants) { return grants.allows_join(topic_name); });
}

bool may_push(const room_rule& rule, std::string_view topic_name, std::string_view event_name,
              principal caller) {
  if (!is_reachable(topic_name)) return false;
  const auto fits = [event_name](const std::string& pattern) {
    return pattern_matches(pattern, event_name);
  };
  const auto& rules = rule.allow.push;
  const auto found = std::ranges::find_if(
      rules, [fits](const push_rule& each) { return std::ranges::any_of(each.events, fits); });
  if (found == rules.end()) return false;
  return allows(found->allow, topic_name, caller, [=](const grant_list& grants) {
    return grants.allows_push(topic_name, event_name);
  });
}

}  // namespace roost::actors
