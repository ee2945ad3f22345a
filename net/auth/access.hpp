// Who may connect, join and push: the rules of the settings, asked of a token's claims.
#pragma once

#include <string_view>

#include "config/settings.hpp"
#include "net/auth/claims.hpp"

namespace roost::net::auth {

/// Who asks: the claims of a valid token, or null for nobody in particular.
using asker = const token_claims*;

/// Where tokens are required the link itself still opens without one, and is held until it comes.
bool may_connect(const socket_settings& mount, asker who);

/// Topics that begin with $ are nobody's, whatever the rules say. A rule that load() has not filled
/// in asks for a token.
bool may_join(const room_rule::allow_settings& allow, std::string_view topic, asker who);

/// For members of `topic`: may_join() is not asked again. The first rule whose events fit decides;
/// no rule: refused.
bool may_push(const room_rule::allow_settings& allow, std::string_view topic,
              std::string_view event, asker who);

}  // namespace roost::net::auth
