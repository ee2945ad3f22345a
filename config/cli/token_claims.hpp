// SPDX-License-Identifier: Apache-2.0
// Builds the claims of a token from the options of `roost token`. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "config/base/error.hpp"
#include "config/cli/cli.hpp"
#include "config/schema/settings.hpp"

namespace roost {

/// Signs claims (a JSON object as text) with HS256 and returns the token. Fails if a node would
/// refuse such a token. net/auth implements it.
using token_minter =
    std::function<result<std::string>(const std::string& claims, const std::string& secret)>;

/// Returns sub, iat, exp, grants and the other claims as a JSON object. The error detail says which
/// option is wrong and what it must be. `now_s`: Unix time in seconds.
result<std::string> make_claims(const cli::token& options, std::int64_t now_s);

/// Adds the configured iss and aud unless the claims already have them.
std::string with_configured_claims(const std::string& claims, const settings::auth_settings& auth);

}  // namespace roost
