// Makes tokens, for development and for tests: `roost token`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/base/error.hpp"

namespace roost::net::auth {

struct mint_request {
  std::string user;                                           ///< sub
  std::vector<std::pair<std::string, std::string>> grants{};  ///< "room:*", "join,push:msg"
  std::vector<std::pair<std::string, std::string>> claims{};  ///< name, value: see mint()
  std::string issuer{};                                       ///< empty: no iss
  std::string audience{};                                     ///< empty: no aud
  std::string token_id{};                                     ///< jti; empty: none
  std::int64_t ttl_ms = 3'600'000;
};

/// A token with HS256, issued at `now_ms` of Unix time and rounded up to whole seconds of life.
/// A claim's value is JSON where it reads as such (`7`, `true`, `["a"]`, `"7"`), else text. Fails
/// with bad_setting for a secret that is too short, and for what no node would take.
result<std::string> mint(const mint_request& wanted, std::string_view secret, std::int64_t now_ms);

/// 128 random bits as text, for jti.
std::string random_token_id();

}  // namespace roost::net::auth
