// SPDX-License-Identifier: Apache-2.0
// The encoded messages of one broadcast.
#pragma once

#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include "net/protocol/encoded_message.hpp"
#include "net/protocol/message.hpp"

namespace roost::actors {

/// One encoded message for each wire format in use. Owns: shares of their bytes. Runs on: any
/// thread. Ends: with its broadcast.
class broadcast_messages {
 public:
  /// By wire_format::index(); null: the format is not in use. Valid until the next add().
  using table = std::array<const net::encoded_ptr*, net::wire_format::count>;

  /// Adds the message of a format that has none yet.
  void add(net::wire_format format, net::encoded_ptr message) {
    all_.push_back({format, std::move(message)});
  }
  /// Number of formats in use, each of which cost one encode.
  std::size_t size() const { return all_.size(); }
  /// For a loop over many members: finds each one's message in constant time.
  table by_format() const {
    table out{};
    for (const auto& each : all_) out[each.format.index()] = &each.message;
    return out;
  }

 private:
  struct entry {
    net::wire_format format;
    net::encoded_ptr message;
  };
  std::vector<entry> all_;
};

}  // namespace roost::actors
