// What all clients of a room must agree on when everything has come to rest.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tests/promises/findings.hpp"
#include "tests/promises/member_view.hpp"
#include "tests/promises/room_terms.hpp"

namespace roost::promises {

/// The views of one room's clients, with a member or without.
using room_members = std::vector<const member_view*>;

/// Each view by itself, then all together: every member has every event that any of them knows of,
/// is shown exactly the live channels, and knows the same receipts. `head`: the room's greatest
/// offset, if the caller knows it.
void check_members(const room_members& all, const room_terms& terms, findings& found,
                   std::optional<std::uint64_t> head = {});

}  // namespace roost::promises
