// Checks that load() runs on the key file and key address of the settings.
#pragma once

#include "config/key_checks.hpp"

namespace roost::net::auth {

/// Uses the same readers as token_office, so both accept the same files and addresses.
roost::key_checks checks_of_keys();

}  // namespace roost::net::auth
