// SPDX-License-Identifier: Apache-2.0
// Callbacks with which the settings checks test the token keys; net/auth implements them.
#pragma once

#include <functional>
#include <string>

#include "config/base/error.hpp"

namespace roost {

/// The same readers that a node uses, so that `roost check` accepts exactly what a node accepts.
/// A failure says what is wrong. A check without a callback is skipped.
struct key_checks {
  std::function<result<void>(const std::string& path)> file{};        ///< reads auth.jwks_file
  std::function<result<void>(const std::string& address)> address{};  ///< checks auth.jwks_url
};

}  // namespace roost
