// SPDX-License-Identifier: Apache-2.0
// A notification: a presence or receipt message of a room, which is not an ordered event.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "cluster/envelope.hpp"

namespace roost::actors {

/// Name and JSON payload: presence_state, presence_diff, presence_count or read_receipt. Without a
/// name: the state is too large for one notification, and each member must get it in pages.
using notification = std::pair<std::string, payload>;

inline payload json_body(std::string_view text) { return {slice::of(bytes_ptr::copy(text))}; }

}  // namespace roost::actors
