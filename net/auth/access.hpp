// SPDX-License-Identifier: Apache-2.0
// Authorization of join and push: applies the rules of the settings to token claims. Pure.
#pragma once

#include <string_view>

#include "config/schema/settings.hpp"
#include "net/auth/claims.hpp"

namespace roost::net::auth {

/// The claims of the requester's valid token, or null for an anonymous client.
using principal = const token_claims*;

/// Topics that begin with $ are reserved and refused under every rule. If `allow` has no join rule
/// (load() did not fill in the default), any valid token is enough.
bool may_join(const room_rule::allow_settings& allow, std::string_view topic, principal caller);

/// The caller has joined `topic`; may_join() is not checked again. The first rule with a pattern
/// that matches `event` decides. If no rule matches, the push is refused.
bool may_push(const room_rule::allow_settings& allow, std::string_view topic,
              std::string_view event, principal caller);

}  // namespace roost::net::auth
