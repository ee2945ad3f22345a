// SPDX-License-Identifier: Apache-2.0
// The position of an event in its room. Pure.
#pragma once

#include <string>

#include "config/base/ids.hpp"

namespace roost {

/// `epoch` is the opaque string that clients see; its characters need no escaping in JSON.
struct position {
  std::string epoch;
  offset at;
};

}  // namespace roost
