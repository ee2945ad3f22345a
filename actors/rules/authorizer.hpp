// SPDX-License-Identifier: Apache-2.0
// Decides whether a client may join a topic or push to it, at once or later. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "actors/rules/access.hpp"
#include "config/base/error.hpp"
#include "config/base/ids.hpp"
#include "config/schema/settings.hpp"

namespace roost::actors {

/// The question whether `caller` may join the topic, or push this event to it. The references are
/// valid during authorizer::decide() only.
struct authorization_request {
  enum class action_kind : std::uint8_t { join, push };
  action_kind action = action_kind::join;
  const settings& config;
  const room_rule& rule;  ///< of the topic
  std::string_view topic_name;
  std::string_view event_name;  ///< push only
  principal caller = nullptr;
  connection_id connection;  ///< receives a late answer
  bool may_wait = false;     ///< false: the answer must not be pending
};

/// The answer. `refused` none and `pending` 0: allowed.
struct authorization {
  errc refused = errc::none;  ///< the error of the reply, 1xx
  /// Not 0: the answer comes later. The number differs from those of all other questions.
  std::uint64_t pending = 0;
};

/// Decides joins and pushes. Owns: its unanswered questions. Runs on: any loop, several at once.
/// Ends: after the connections.
class authorizer {
 public:
  /// Must not block. If the answer is pending, the authorizer sends one authorization_answer to the
  /// connection within a timeout of its own; an answer that comes too late is ignored. If it would
  /// be pending but `may_wait` is false, the answer is refused with rate_limited.
  virtual authorization decide(const authorization_request& request) = 0;

 protected:
  ~authorizer() = default;
};

/// Applies the rules of the settings to the claims of the token, and answers at once. Owns:
/// nothing. Runs on: any loop. Ends: after the connections.
class rule_authorizer final : public authorizer {
 public:
  authorization decide(const authorization_request& request) override;
};

}  // namespace roost::actors
