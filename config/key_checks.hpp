// How settings ask whether a node can use the keys that they name.
#pragma once

#include <functional>
#include <string>

#include "config/base/error.hpp"

namespace roost {

/// The readers of a node, so that a check never takes what the node then refuses; net/auth has
/// them. Each fails with what is wrong. Without one, what it would read is not looked at.
struct key_checks {
  std::function<result<void>(const std::string& path)> file{};        ///< of auth.jwks_file
  std::function<result<void>(const std::string& address)> address{};  ///< of auth.jwks_url
};

}  // namespace roost
