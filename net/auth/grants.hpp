// SPDX-License-Identifier: Apache-2.0
// The claim `grants` of a token: {"room:*": ["join", "push:msg", "push:*"]}. Pure.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "config/base/error.hpp"

namespace roost::net::auth {

/// The parsed claim `grants`. Grants are a union: an action is allowed if any matching topic
/// pattern allows it.
/// Owns: its patterns. Runs on: any thread (immutable). Ends: with its token.
class grant_list {
 public:
  /// Maximum number of topic patterns plus actions in one token.
  static constexpr std::size_t entries_max = 256;

  /// Fails with bad_token if the claim is not an object of lists of strings, or exceeds a bound.
  /// Unknown actions are ignored, so that issuers may use the claim for other systems too.
  static result<grant_list> read(const nlohmann::json& claim);

  bool allows_join(std::string_view topic) const;
  bool allows_push(std::string_view topic, std::string_view event) const;
  bool is_empty() const { return grants_.empty(); }

 private:
  struct grant {
    std::string topics;
    bool is_join = false;
    std::vector<std::string> events;  ///< patterns of events that may be pushed
  };
  static grant read_one(const std::string& topics, const nlohmann::json& actions);

  std::vector<grant> grants_;
};

}  // namespace roost::net::auth
