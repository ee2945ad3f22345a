#include "net/auth/access.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>

#include "config/exact_json.hpp"
#include "net/auth/pattern.hpp"

namespace roost::net::auth {

namespace {

using nlohmann::json;

bool is_reachable(std::string_view topic) { return !topic.empty() && topic.front() != '$'; }

// The part after the first colon is the user: "user:ada" belongs to ada.
bool is_own(std::string_view topic, const token_claims& who) {
  const auto colon = topic.find(':');
  return colon != std::string_view::npos && !who.user.empty() &&
         topic.substr(colon + 1) == who.user;
}

// Compares type and value: the string "1" differs from the number 1, but 1.0 equals 1.
bool is_one_of(const json& value, const std::vector<claim_value>& in) {
  return std::ranges::any_of(in, [&value](const claim_value& each) {
    return std::visit([&value](const auto& wanted) { return is_exactly(value, json(wanted)); },
                      each);
  });
}

bool has_claim(const access_rule& rule, const token_claims& who) {
  if (!who.all) return false;
  const auto found = who.all->find(rule.claim);
  if (found == who.all->end()) return false;
  if (!found->is_array()) return is_one_of(*found, rule.in);
  return std::ranges::any_of(*found, [&rule](const json& e) { return is_one_of(e, rule.in); });
}

// Calls `is_granted` only for a rule of kind grant.
template <class IsGranted>
bool allows(const access_rule& rule, std::string_view topic, asker who, IsGranted is_granted) {
  using kind = access_rule::who;
  switch (rule.allowed) {
    case kind::any:
      return true;
    case kind::user:
      return who != nullptr;
    case kind::self:
      return who && is_own(topic, *who);
    case kind::grant:
      return who && is_granted(who->grants);
    case kind::claim:
      return who && has_claim(rule, *who);
    case kind::none:
      return false;
  }
  return false;
}

}  // namespace

bool may_connect(const socket_settings& mount, asker who) {
  return mount.auth != "required" || who != nullptr;
}

bool may_join(const room_rule::allow_settings& allow, std::string_view topic, asker who) {
  if (!is_reachable(topic)) return false;
  const access_rule of_users{access_rule::who::user, {}, {}};
  return allows(allow.join ? *allow.join : of_users, topic, who,
                [topic](const grant_list& grants) { return grants.allows_join(topic); });
}

bool may_push(const room_rule::allow_settings& allow, std::string_view topic,
              std::string_view event, asker who) {
  if (!is_reachable(topic)) return false;
  const auto fits = [event](const std::string& pattern) { return matches(pattern, event); };
  const auto rule = std::ranges::find_if(
      allow.push, [fits](const push_rule& each) { return std::ranges::any_of(each.events, fits); });
  if (rule == allow.push.end()) return false;
  return allows(rule->allow, topic, who, [topic, event](const grant_list& grants) {
    return grants.allows_push(topic, event);
  });
}

}  // namespace roost::net::auth
