// SPDX-License-Identifier: Apache-2.0
// Computes the changes of a reload: either all reloadable settings change, or nothing does.
#pragma once

#include "config/load/loaded.hpp"
#include "config/load/reload_change.hpp"
#include "config/schema/settings.hpp"

namespace roost {

/// Has no side effects, but the checks read files. The contents of a file that a setting names (a
/// JWKS, a schema) may change while `changes` is empty: read these files again after each reload
/// without problems.
reload_diff diff_settings(const settings& now, const loaded& next);

}  // namespace roost
