// SPDX-License-Identifier: Apache-2.0
// The facts that every process must agree on which uses the same store.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/base/siphash.hpp"

namespace roost::cluster {

/// Stored once, among the snapshots of shard 0, before any log is written. With another key or
/// another number of shards a topic would have another shard, and its room would not be found.
struct store_identity {
  std::uint32_t oldest_version = 1;  ///< of the messages in the store (wire_format.hpp)
  std::uint32_t shards = 0;
  siphash_key key;        ///< maps topics to shards
  std::string cluster{};  ///< its name; empty: a store of one node
};

/// The key of this message. No room has it.
inline constexpr std::string_view identity_key = "$store";

}  // namespace roost::cluster
