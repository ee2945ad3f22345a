// Makes tokens, for development and for tests: `roost token`.
#pragma once

#include <string>
#include <string_view>

#include "config/base/error.hpp"

namespace roost::net::auth {

/// A token with HS256 that says `claims`, a JSON object. Fails with bad_setting for a secret that
/// is too short, and for claims that no node would take.
result<std::string> mint(std::string_view claims, std::string_view secret);

}  // namespace roost::net::auth
