// SPDX-License-Identifier: Apache-2.0
// The message with which a node tells an owner that its edges have attached. Pure.
#pragma once

#include <cstdint>

#include "cluster/shard.hpp"
#include "cluster/wire/wire_format.hpp"
#include "config/base/bytes.hpp"

namespace roost::cluster {

/// The sender has published the attaches of all its edges of this shard for this ownership. It
/// travels behind them on the same link.
struct attach_notice {
  shard_id shard;
  std::uint64_t ownership = 0;
  friend bool operator==(const attach_notice&, const attach_notice&) = default;
};

slice encode(const attach_notice& notice);
/// Whether this is the beginning of a notice, and not of a command or an event.
bool is_attach_notice(const slice& envelope);
/// A notice that is the whole input.
wire::decoded<attach_notice> decode_attach_notice(slice input);

}  // namespace roost::cluster
