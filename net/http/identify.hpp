// Who connects, by the token that came with the request.
#pragma once

#include "config/settings.hpp"
#include "net/auth/token_office.hpp"
#include "net/transport/session.hpp"

namespace roost::net::http {

/// Turns the token of `info` into its identity, and takes it out. Not looked at, as if there were
/// none: where the mount has no use for tokens, without an office, and where no key is configured.
/// Else bad_token, token_expired or revoked for one that is not valid, and a line of the log that
/// says why, from where (`info.peer_address`) and to which mount.
errc identify(connect_info& info, auth::token_office* office, const settings& config);

}  // namespace roost::net::http
