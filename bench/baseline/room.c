// SPDX-License-Identifier: Apache-2.0
#include "room.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "connection.h"
#include "websocket.h"

bool room_join(struct worker* w, struct connection* c, uint32_t number) {
  if (number >= ROOMS_MAX) return false;
  struct room* r = &w->rooms[number];
  if (r->size == r->capacity) {
    r->capacity = r->capacity ? r->capacity * 2 : 16;
    r->members = realloc(r->members, r->capacity * sizeof *r->members);
    if (!r->members) abort();
  }
  c->is_joined = true;
  c->room = number;
  c->room_slot = r->size;
  r->members[r->size++] = c;
  return true;
}

void room_leave(struct worker* w, struct connection* c) {
  struct room* r = &w->rooms[c->room];
  struct connection* last = r->members[--r->size];
  r->members[c->room_slot] = last;
  last->room_slot = c->room_slot;
  c->is_joined = false;
}

static void send_to_members(struct worker* w, uint32_t number, const uint8_t* frame, size_t size) {
  struct room* r = &w->rooms[number];
  for (uint32_t i = 0; i < r->size; ++i) connection_send(w, r->members[i], frame, size);
}

// Wakes the other worker only if its inbox was empty, so a burst costs one eventfd write.
static void hand_over(struct worker* to, uint32_t room, const uint8_t* frame, size_t size) {
  struct handoff* h = malloc(sizeof *h + size);
  if (!h) abort();
  h->next = NULL;
  h->room = room;
  h->size = size;
  memcpy(h->bytes, frame, size);
  pthread_mutex_lock(&to->inbox_lock);
  bool was_empty = !to->inbox_first;
  if (was_empty) {
    to->inbox_first = h;
  } else {
    to->inbox_last->next = h;
  }
  to->inbox_last = h;
  pthread_mutex_unlock(&to->inbox_lock);
  uint64_t one = 1;
  if (was_empty && write(to->wake, &one, sizeof one) < 0) abort();
}

void room_broadcast(struct worker* w, uint32_t room, const uint8_t* text, size_t size) {
  uint8_t frame[WEBSOCKET_HEADER_MAX + WEBSOCKET_PAYLOAD_MAX];
  size_t header = websocket_header(frame, size);
  memcpy(frame + header, text, size);
  // Hand over first, so that the other workers send in parallel with this one.
  for (int i = 0; i < w->server->workers_size; ++i) {
    struct worker* other = w->server->workers[i];
    if (other != w) hand_over(other, room, frame, header + size);
  }
  send_to_members(w, room, frame, header + size);
}

void room_take_handoffs(struct worker* w) {
  uint64_t count;
  if (read(w->wake, &count, sizeof count) < 0) return;
  pthread_mutex_lock(&w->inbox_lock);
  struct handoff* h = w->inbox_first;
  w->inbox_first = w->inbox_last = NULL;
  pthread_mutex_unlock(&w->inbox_lock);
  while (h) {
    struct handoff* next = h->next;
    send_to_members(w, h->room, h->bytes, h->size);
    free(h);
    h = next;
  }
}
