// SPDX-License-Identifier: Apache-2.0
// The side state of a room, presence and read receipts, in pages.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "config/base/payload.hpp"

namespace roost::cluster {

/// A cursor over a room's side state: presence, then read receipts. A member receives the side
/// state in pages, because it may be larger than an outbox.
struct side_state_cursor {
  enum class stage : std::uint8_t { start, presence, receipts, end };
  stage at = stage::start;
  std::uint64_t key = 0;    ///< presence: number of the last key that was sent
  std::uint64_t after = 0;  ///< presence: number of its last member; receipts: of the last mark
  std::uint64_t until = 0;  ///< last number of the snapshot; later changes arrive as notifications
  bool is_end() const { return at == stage::end; }
  friend bool operator==(const side_state_cursor&, const side_state_cursor&) = default;
};

/// A page of the side state.
struct side_state_page {
  side_state_cursor from;
  side_state_cursor to;                                  ///< where the next page starts
  std::vector<std::pair<std::string, payload>> entries;  ///< event names and payloads
};

/// Shared, so that the rare answers with a page do not make each event larger.
using side_state_ptr = std::shared_ptr<const side_state_page>;

}  // namespace roost::cluster
