// SPDX-License-Identifier: Apache-2.0
// The memory of a room besides its history.
#pragma once

#include <cstddef>

namespace roost::actors {

/// Memory of a room besides its history, in bytes.
struct room_bytes {
  std::size_t presence = 0;
  std::size_t idempotency = 0;
  std::size_t receipts = 0;
  std::size_t answers = 0;
  std::size_t sum() const { return presence + idempotency + receipts + answers; }
};

}  // namespace roost::actors
