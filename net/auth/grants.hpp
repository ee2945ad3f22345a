// What a token itself allows: {"room:*": ["join", "push:msg", "push:*"]}.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/error.hpp"

namespace roost::net::auth {

/// The claim `grants`, read once. Grants add up: a topic may do what any pattern that fits allows.
/// Owns: its patterns. Runs on: any thread, it does not change. Ends: with its token.
class grant_list {
 public:
  /// Patterns and actions of a token, all together.
  static constexpr std::size_t entries_max = 256;

  /// Fails with bad_token where the claim is no object of lists of strings, or over a bound.
  /// Actions that are not known allow nothing, so that issuers may have more of them.
  static result<grant_list> read(const nlohmann::json& claim);

  bool allows_join(std::string_view topic) const;
  bool allows_push(std::string_view topic, std::string_view event) const;
  bool is_empty() const { return grants_.empty(); }

 private:
  struct grant {
    std::string topics;
    bool is_join = false;
    std::vector<std::string> events;  ///< patterns of what may be pushed
  };
  static grant read_one(const std::string& topics, const nlohmann::json& actions);

  std::vector<grant> grants_;
};

}  // namespace roost::net::auth
