// SPDX-License-Identifier: Apache-2.0
// Authenticates a connecting client by the token of its upgrade request.
#pragma once

#include "config/schema/settings.hpp"
#include "net/auth/token_verifier.hpp"
#include "net/transport/session.hpp"

namespace roost::net::http {

/// Moves the token out of `info`, verifies it and sets `info.identity`. Ignores the token if the
/// mount ignores tokens, `verifier` is null, or no key is configured. For an invalid token, returns
/// bad_token, token_expired or revoked and logs the reason, `info.peer_address` and the mount; else
/// returns none, also if there is no token.
errc authenticate(connect_info& info, auth::token_verifier* verifier, const settings& config);

}  // namespace roost::net::http
