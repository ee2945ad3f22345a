// SPDX-License-Identifier: Apache-2.0
// Encodes and decodes the frames of links. Pure.
#pragma once

#include "cluster/view/node_link.hpp"
#include "cluster/wire/byte_writer.hpp"
#include "cluster/wire/wire_format.hpp"
#include "config/base/bytes.hpp"

namespace roost::cluster {

/// Appends a frame. False: it is above wire::link_frame_bytes_max.
bool encode(const link_frame& frame, wire::byte_writer& out);

/// A frame that is the whole input. Its envelopes share the input and are not decoded.
wire::decoded<link_frame> decode_link_frame(slice input);

}  // namespace roost::cluster
