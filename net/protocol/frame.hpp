// What goes to a client: encoded once, written to many.
#pragma once

#include "config/base/bytes.hpp"

namespace roost::net {

using roost::bytes;
using roost::bytes_ptr;
using roost::slice;

/// A WebSocket frame ready for the wire: RFC 6455 header (unmasked) and payload in one piece.
using frame_ptr = bytes_ptr;

}  // namespace roost::net
