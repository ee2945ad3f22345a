// How an epoch of a room gets its number and its name.
#pragma once

#include <string>

#include "config/base/ids.hpp"

namespace roost::actors {

/// What begins with an owner, and again after a crash.
struct epoch_birth {
  epoch number;      ///< greater than any before of its topic
  std::string text;  ///< never used before for its topic; as clients see it
};

/// A number of microseconds since 1970, or `after` + 1, and twelve random letters and digits: so a
/// room that starts anew never repeats an epoch that a client may still hold. Any thread.
epoch_birth new_epoch(epoch after);

}  // namespace roost::actors
