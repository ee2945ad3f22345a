// SPDX-License-Identifier: Apache-2.0
// Applies new settings to a running node at SIGHUP: all that are reloadable, or none.
#pragma once

#include "actors/node/node.hpp"
#include "config/load/loader.hpp"
#include "config/load/settings_store.hpp"

namespace roost::actors {

enum class reload_result : std::uint8_t { changed, unchanged, refused };

/// Applies the reloadable settings of `next` and logs each change. If anything is invalid, logs the
/// problems and changes nothing. Call on the thread that created the node, while the loops run.
reload_result reload(settings_store& config, node& node, const loaded& next, metrics& probe);

}  // namespace roost::actors
