// SPDX-License-Identifier: Apache-2.0
// The answers to commands that an owner keeps until the edge has acknowledged them.
#pragma once

#include <cstdint>
#include <variant>

#include "config/base/error.hpp"
#include "config/base/payload.hpp"
#include "config/base/position.hpp"

namespace roost::cluster {

/// The kinds of kept answers. They are short: events stay in the history, and state is encoded
/// again.
namespace kept {
struct pushed {
  position at;  ///< of the event, which may be of an earlier push
};
struct joined {
  position at;
};
struct left {};
struct done {
  payload response;
};
struct refused {
  errc why = errc::none;
  payload response = {};
};
}  // namespace kept

using kept_answer = std::variant<kept::pushed, kept::joined, kept::left, kept::done, kept::refused>;

/// The kept answer to the command with this number.
struct numbered_answer {
  std::uint64_t number = 0;
  kept_answer given;
};

}  // namespace roost::cluster
