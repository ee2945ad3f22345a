// SPDX-License-Identifier: Apache-2.0
// Describes the token configuration for the log line at startup. Pure.
#pragma once

#include <string>

#include "config/schema/settings.hpp"

namespace roost {

/// For example "on: auth.hs256_secret; auth: optional on /socket; joins: user", or "off: no token
/// key is set, so everybody may join". Never contains the value of a secret.
std::string token_status(const settings& all);

}  // namespace roost
