// SPDX-License-Identifier: Apache-2.0
// Checks that load() runs on the key file and key address of the settings.
#pragma once

#include "config/load/key_checks.hpp"

namespace roost::net::auth {

/// Uses the same readers as token_verifier, so both accept the same files and addresses.
roost::key_checks jwks_checks();

}  // namespace roost::net::auth
