// What members are told besides events: a name and its JSON payload.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "cluster/envelope.hpp"

namespace roost::actors {

/// Name and payload of what members are told: presence_state, presence_diff, presence_count.
/// Without a name: each member is to be given the side state anew, as it is too large for one.
using notice = std::pair<std::string, cluster::body>;

inline cluster::body json_body(std::string_view text) {
  return {slice::of(bytes_ptr::copy(text)), false};
}

}  // namespace roost::actors
