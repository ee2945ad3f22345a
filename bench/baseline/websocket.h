// SPDX-License-Identifier: Apache-2.0
// The part of RFC 6455 that the baseline needs: the upgrade and unfragmented frames, without a
// close handshake.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { WEBSOCKET_HEADER_MAX = 4, WEBSOCKET_PAYLOAD_MAX = 65535 };

// Returns the size of the HTTP request head at the start of `bytes`, 0 while it is incomplete.
size_t websocket_head_size(const uint8_t* bytes, size_t size);

// Writes the 101 response. Returns its size, or 0 if the request is not an upgrade or too large.
size_t websocket_accept(const uint8_t* head, size_t size, char* response, size_t response_size);

struct websocket_frame {
  uint8_t opcode;
  uint8_t* payload;  // unmasked in place
  size_t size;
};

// Parses the frame at the start of `bytes`. Returns the number of bytes consumed, 0 while the frame
// is incomplete, -1 if it is malformed or longer than WEBSOCKET_PAYLOAD_MAX.
long websocket_take(uint8_t* bytes, size_t size, struct websocket_frame* frame);

// Writes the header of an unmasked text frame. Returns its size (2 or 4).
size_t websocket_header(uint8_t* to, size_t payload_size);
