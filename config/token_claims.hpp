// What `roost token` puts into a token: from the words of the command line to claims. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "config/base/error.hpp"
#include "config/cli.hpp"
#include "config/settings.hpp"

namespace roost {

/// Signs claims (a JSON object as text) with HS256 and gives the token, or says what no node would
/// take; net/auth has one.
using token_minter =
    std::function<result<std::string>(const std::string& claims, const std::string& secret)>;

/// sub, iat, exp, grants and the other claims as a JSON object. The failure's detail says which
/// word is wrong and how it must be.
result<std::string> make_claims(const cli::token& asked, std::int64_t now_s);

/// The same with the configured iss and aud, where no claim says them already.
std::string with_places(const std::string& claims, const settings::auth_settings& auth);

}  // namespace roost
