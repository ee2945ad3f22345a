// The part of RFC 6455 that the limit needs: the upgrade and unfragmented frames, but no close
// handshake.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { WEBSOCKET_HEADER_MAX = 4, WEBSOCKET_PAYLOAD_MAX = 65535 };

// The length of the HTTP head at the start of `bytes`, 0 while it is incomplete.
size_t websocket_head_size(const uint8_t* bytes, size_t size);

// Writes the 101 response; returns its size, 0 if the request is not an upgrade.
size_t websocket_accept(const uint8_t* head, size_t size, char* response, size_t response_size);

struct websocket_frame {
  uint8_t opcode;
  uint8_t* payload;  // unmasked in place
  size_t size;
};

// Parses the frame at the start of `bytes`. Returns the bytes used, 0 while the frame is
// incomplete, -1 if it is malformed.
long websocket_take(uint8_t* bytes, size_t size, struct websocket_frame* frame);

// Writes the header of an unmasked text frame; returns its size (2 or 4).
size_t websocket_header(uint8_t* to, size_t payload_size);
