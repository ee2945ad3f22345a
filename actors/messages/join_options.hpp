// SPDX-License-Identifier: Apache-2.0
// The options in the payload of a join.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "config/base/position.hpp"

namespace roost::actors {

struct join_options {
  std::optional<position> resume;
  std::optional<std::uint32_t> history;
  std::string meta;  ///< text of a JSON object without phx_ref and phx_ref_prev; empty: none given
};

}  // namespace roost::actors
