// SPDX-License-Identifier: Apache-2.0
// Applies the access rules of the settings to the claims of a token. Pure.
#pragma once

#include <string_view>

#include "config/schema/settings.hpp"
#include "net/auth/claims.hpp"

namespace roost::actors {

/// The claims of the requester's valid token, or null for an anonymous client.
using principal = const net::auth::token_claims*;

/// Whether `rule` lets `caller` join. A rule without `allow.join` lets everybody join if no token
/// key is configured, and otherwise everybody with a token. Topics that begin with $ are reserved
/// and refused under every rule.
bool may_join(const settings& config, const room_rule& rule, std::string_view topic_name,
              principal caller);

/// The caller has joined the topic; may_join() is not checked again. The first rule with a pattern
/// that matches the event decides. If no rule matches, the push is refused.
bool may_push(const room_rule& rule, std::string_view topic_name, std::string_view event_name,
              principal caller);

}  // namespace roost::actors
