// SPDX-License-Identifier: Apache-2.0
// Checks the names in decoded messages. Pure.
#pragma once

#include <string_view>

namespace roost::cluster::wire {

/// Whether this is a name of a topic or an event: at most 255 bytes of UTF-8 (RFC 3629) without
/// control characters.
bool is_name(std::string_view text);

}  // namespace roost::cluster::wire
