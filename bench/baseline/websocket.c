// SPDX-License-Identifier: Apache-2.0
#include "websocket.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

static const char magic[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

size_t websocket_head_size(const uint8_t* bytes, size_t size) {
  const uint8_t* end = memmem(bytes, size, "\r\n\r\n", 4);
  return end ? (size_t)(end - bytes) + 4 : 0;
}

size_t websocket_accept(const uint8_t* head, size_t size, char* response, size_t response_size) {
  char text[4096];
  if (size >= sizeof text) return 0;
  memcpy(text, head, size);
  text[size] = 0;
  char* key = strcasestr(text, "sec-websocket-key:");
  if (!key) return 0;
  key += strlen("sec-websocket-key:");
  key += strspn(key, " \t");
  size_t key_size = strcspn(key, " \t\r\n");
  if (key_size > 64) return 0;

  char joined[128];
  memcpy(joined, key, key_size);
  memcpy(joined + key_size, magic, sizeof magic - 1);
  unsigned char digest[SHA_DIGEST_LENGTH];
  SHA1((const unsigned char*)joined, key_size + sizeof magic - 1, digest);
  unsigned char encoded[32];
  EVP_EncodeBlock(encoded, digest, sizeof digest);
  int written = snprintf(response, response_size,
                         "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                         "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
                         (const char*)encoded);
  return written > 0 && (size_t)written < response_size ? (size_t)written : 0;
}

long websocket_take(uint8_t* bytes, size_t size, struct websocket_frame* frame) {
  if (size < 2) return 0;
  size_t header = 2;
  size_t length = bytes[1] & 0x7f;
  if (!(bytes[1] & 0x80) || length == 127) return -1;
  if (length == 126) {
    if (size < 4) return 0;
    length = (size_t)bytes[2] << 8 | bytes[3];
    header = 4;
  }
  if (size < header + 4 + length) return 0;
  const uint8_t* mask = bytes + header;
  frame->opcode = bytes[0] & 0x0f;
  frame->payload = bytes + header + 4;
  frame->size = length;
  // A zero mask is not skipped, because every real server has the cost of unmasking.
  for (size_t i = 0; i < length; ++i) frame->payload[i] ^= mask[i & 3];
  return (long)(header + 4 + length);
}

size_t websocket_header(uint8_t* to, size_t payload_size) {
  to[0] = 0x81;
  if (payload_size < 126) {
    to[1] = (uint8_t)payload_size;
    return 2;
  }
  to[1] = 126;
  to[2] = (uint8_t)(payload_size >> 8);
  to[3] = (uint8_t)payload_size;
  return 4;
}
