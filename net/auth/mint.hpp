// SPDX-License-Identifier: Apache-2.0
// Creates signed tokens for development and tests (`roost token`). Pure.
#pragma once

#include <string>
#include <string_view>

#include "config/base/error.hpp"

namespace roost::net::auth {

/// Returns a token with `claims`, a JSON object, signed with HS256. Fails with bad_setting if the
/// secret is too short or if every node would refuse the claims.
result<std::string> mint(std::string_view claims, std::string_view secret);

}  // namespace roost::net::auth
