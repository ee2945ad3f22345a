// SPDX-License-Identifier: Apache-2.0
// Makes the number and the client-visible text of a new epoch of a room.
#pragma once

#include <cstdint>
#include <string>

#include "config/base/ids.hpp"

namespace roost::actors {

/// A new epoch: begins when a room starts, and again after each crash.
struct new_epoch {
  epoch number;            ///< greater than every earlier one of the topic
  std::string text;        ///< as clients see it; unique for the topic
  std::uint64_t seed = 0;  ///< of the room's random numbers; secret
};

/// Makes the epoch after a crash in the epoch `after`, in the same ownership. If `after` is {}, it
/// is in an ownership of its own, numbered by the microseconds since 1970. The text is twelve
/// random letters and digits, so a room that starts again does not repeat an epoch that a client
/// still holds. Any thread.
new_epoch make_epoch(epoch after);

}  // namespace roost::actors
