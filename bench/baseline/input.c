// SPDX-License-Identifier: Apache-2.0
#include "input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "connection.h"
#include "room.h"
#include "websocket.h"

// Roost's reply to a push, so that both servers write the same bytes. reply() fills in the ref.
static const char reply_text[] =
    "[\"1\",\"00000000\",\"room:00000\",\"phx_reply\","
    "{\"status\":\"ok\",\"response\":{\"epoch\":\"000000000000\",\"offset\":100000}}]";
enum { REPLY_REF_AT = 6, REF_SIZE = 8, ROOM_DIGITS = 5 };

static void reply(struct worker* w, struct connection* c, const uint8_t* ref) {
  uint8_t frame[WEBSOCKET_HEADER_MAX + sizeof reply_text];
  size_t header = websocket_header(frame, sizeof reply_text - 1);
  memcpy(frame + header, reply_text, sizeof reply_text - 1);
  memcpy(frame + header + REPLY_REF_AT, ref, REF_SIZE);
  connection_send(w, c, frame, header + sizeof reply_text - 1);
}

// Messages: "J ref room" joins a room, "E ref text" gets a reply, "B ref text" gets a reply and
// broadcasts the text to the room. Returns false for any other message.
static bool handle(struct worker* w, struct connection* c, const uint8_t* message, size_t size) {
  if (size < 1 + REF_SIZE) return false;
  const uint8_t* ref = message + 1;
  const uint8_t* text = ref + REF_SIZE;
  size_t text_size = size - 1 - REF_SIZE;
  if (message[0] == 'J') {
    if (text_size != ROOM_DIGITS || c->is_joined) return false;
    uint32_t room = 0;
    for (int i = 0; i < ROOM_DIGITS; ++i) room = room * 10 + (uint32_t)(text[i] - '0') % 10;
    if (!room_join(w, c, room)) return false;
  } else if (!c->is_joined || (message[0] != 'B' && message[0] != 'E')) {
    return false;
  }
  reply(w, c, ref);
  if (message[0] == 'B') room_broadcast(w, c->room, text, text_size);
  return true;
}

static size_t upgrade(struct worker* w, struct connection* c, const uint8_t* bytes, size_t size) {
  size_t head = websocket_head_size(bytes, size);
  if (!head) return 0;
  char response[512];
  size_t response_size = websocket_accept(bytes, head, response, sizeof response);
  if (!response_size) {
    c->is_broken = true;
    return 0;
  }
  c->is_open = true;
  connection_send(w, c, response, response_size);
  return head;
}

// Handles all complete frames. Returns the number of bytes consumed.
static size_t consume(struct worker* w, struct connection* c, uint8_t* bytes, size_t size) {
  size_t used = c->is_open ? 0 : upgrade(w, c, bytes, size);
  while (c->is_open && !c->is_broken) {
    struct websocket_frame frame;
    long taken = websocket_take(bytes + used, size - used, &frame);
    if (taken == 0) break;
    if (taken < 0 || frame.opcode == 8 || !handle(w, c, frame.payload, frame.size)) {
      c->is_broken = true;
      break;
    }
    used += (size_t)taken;
  }
  return used;
}

static void end(struct worker* w, struct connection* c) {
  if (c->is_joined) room_leave(w, c);
  connection_close(w, c);
}

void input_read(struct worker* w, struct connection* c) {
  size_t kept = c->in_size;
  if (kept) memcpy(w->read_buffer, c->in, kept);
  ssize_t got = recv(c->fd, w->read_buffer + kept, READ_BYTES - kept, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    end(w, c);
    return;
  }
  size_t size = kept + (size_t)got;
  size_t used = consume(w, c, w->read_buffer, size);
  if (c->is_broken || (used == 0 && size == READ_BYTES)) {
    end(w, c);
    return;
  }
  free(c->in);
  c->in = NULL;
  c->in_size = size - used;
  if (c->in_size) {
    c->in = malloc(c->in_size);
    if (!c->in) abort();
    memcpy(c->in, w->read_buffer + used, c->in_size);
  }
}
