// Whether this node can use the keys that settings name, before it does.
#pragma once

#include "config/key_checks.hpp"

namespace roost::net::auth {

/// For load(): the readers that token_office uses.
roost::key_checks checks_of_keys();

}  // namespace roost::net::auth
