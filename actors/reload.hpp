// What SIGHUP does: new settings for a running node, all that may change of them or nothing.
#pragma once

#include "actors/node.hpp"
#include "config/live_settings.hpp"
#include "config/loader.hpp"

namespace roost::actors {

enum class reload_outcome : std::uint8_t { changed, unchanged, refused };

/// Takes over what may change of `next`, and says in the log what did, or what is wrong. Call on
/// the thread that made the node, while the loops run.
reload_outcome reload(live_settings& config, node& node, const loaded& next, metrics& probe);

}  // namespace roost::actors
