// SPDX-License-Identifier: Apache-2.0
// Checks that all clients of a room agree once nothing is in flight.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tests/promises/findings.hpp"
#include "tests/promises/member_view.hpp"
#include "tests/promises/room_terms.hpp"

namespace roost::promises {

/// The views of all clients of one room, whether they are members or not.
using room_members = std::vector<const member_view*>;

/// Checks each view alone, then all together: every member has every event that any member knows
/// of, its presence shows exactly the live channels, and all have equal receipts. `head` is the
/// room's greatest offset, if known.
void check_members(const room_members& all, const room_terms& terms, findings& found,
                   std::optional<std::uint64_t> head = {});

}  // namespace roost::promises
