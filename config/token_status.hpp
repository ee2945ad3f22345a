// What the start line says about tokens.
#pragma once

#include <string>

#include "config/settings.hpp"

namespace roost {

/// "on: auth.hs256_secret; auth: optional on /socket; joins: user", or "off: no key is set, so
/// everybody may join". Names settings and rules only, no values of secrets.
std::string token_status(const settings& all);

}  // namespace roost
