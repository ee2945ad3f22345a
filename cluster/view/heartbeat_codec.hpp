// SPDX-License-Identifier: Apache-2.0
// Encodes and decodes heartbeats. Pure.
#pragma once

#include "cluster/view/heartbeat.hpp"
#include "cluster/wire/byte_writer.hpp"
#include "cluster/wire/wire_format.hpp"
#include "config/base/bytes.hpp"

namespace roost::cluster {

/// Appends a heartbeat within the bounds of heartbeat.hpp. False: it is above
/// wire::heartbeat_bytes_max, which no such heartbeat is.
bool encode(const heartbeat& heartbeat, wire::byte_writer& out);

/// A heartbeat that is the whole input, and within the bounds of heartbeat.hpp.
wire::decoded<heartbeat> decode_heartbeat(slice input);

}  // namespace roost::cluster
