// SPDX-License-Identifier: Apache-2.0
#include "net/auth/grants.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "config/base/ids.hpp"
#include "config/base/topic_pattern.hpp"

namespace roost::net::auth {

namespace {

constexpr std::string_view push_prefix = "push:";
constexpr auto action_bytes_max = push_prefix.size() + name_bytes_max;

bool is_action(const nlohmann::json& value) {
  return value.is_string() && value.get_ref<const std::string&>().size() <= action_bytes_max;
}

bool is_grant(const std::string& topics, const nlohmann::json& actions) {
  return !topics.empty() && topics.size() <= name_bytes_max && actions.is_array() &&
         std::ranges::all_of(actions, is_action);
}

// Topics that begin with $ are reserved for the server; no grant covers them.
bool is_reachable(std::string_view topic) { return !topic.empty() && topic.front() != '$'; }

}  // namespace

result<grant_list> grant_list::read(const nlohmann::json& claim) {
  const error refused{errc::bad_token, "claim_grants"};
  if (!claim.is_object()) return refused;
  grant_list out;
  std::size_t entries = 0;
  for (const auto& [topics, actions] : claim.items()) {
    if (!is_grant(topics, actions)) return refused;
    entries += 1 + actions.size();
    if (entries > entries_max) return refused;
    out.grants_.push_back(read_one(topics, actions));
  }
  return out;
}

grant_list::grant grant_list::read_one(const std::string& topics, const nlohmann::json& actions) {
  grant out{topics, false, {}};
  for (const auto& action : actions) {
    const std::string_view text = action.get_ref<const std::string&>();
    if (text == "join") out.is_join = true;
    if (text.size() > push_prefix.size() && text.starts_with(push_prefix)) {
      out.events.emplace_back(text.substr(push_prefix.size()));
    }
  }
  return out;
}

bool grant_list::allows_join(std::string_view topic) const {
  return is_reachable(topic) && std::ranges::any_of(grants_, [topic](const grant& each) {
           return each.is_join && pattern_matches(each.topics, topic);
         });
}

bool grant_list::allows_push(std::string_view topic, std::string_view event) const {
  const auto fits = [event](const std::string& pattern) { return pattern_matches(pattern, event); };
  return is_reachable(topic) && std::ranges::any_of(grants_, [topic, fits](const grant& each) {
           return pattern_matches(each.topics, topic) && std::ranges::any_of(each.events, fits);
         });
}

}  // namespace roost::net::auth
