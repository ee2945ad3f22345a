// As much of RFC 6455 as the limit needs: the upgrade, unfragmented frames, no close handshake.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { WEBSOCKET_HEADER_MAX = 4, WEBSOCKET_PAYLOAD_MAX = 65535 };

// Length of the HTTP head at the start of `bytes`, 0 while it is not complete.
size_t websocket_head_size(const uint8_t* bytes, size_t size);

// Writes the 101 answer; returns its size, 0 if the request is no upgrade.
size_t websocket_accept(const uint8_t* head, size_t size, char* answer, size_t answer_size);

struct websocket_frame {
  uint8_t opcode;
  uint8_t* payload;  // unmasked in place
  size_t size;
};

// Takes one frame off the front. Returns the bytes used, 0 while incomplete, -1 if it is not one.
long websocket_take(uint8_t* bytes, size_t size, struct websocket_frame* frame);

// Writes the header of an unmasked text frame; returns its size (2 or 4).
size_t websocket_header(uint8_t* to, size_t payload_size);
