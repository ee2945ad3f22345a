// A worker: one thread with its own acceptor, poll and rooms. Workers hand each other broadcasts
// through an inbox and an eventfd.
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "connection.h"

enum { WORKERS_MAX = 8, ROOMS_MAX = 100000, READ_BYTES = 65536, OUT_BYTES_MAX = 4 << 20 };

struct room {
  struct connection** members;
  uint32_t size;
  uint32_t capacity;
};

// A pre-framed message on its way to another worker.
struct handoff {
  struct handoff* next;
  uint32_t room;
  size_t size;
  uint8_t bytes[];
};

struct connections {
  struct connection** items;
  size_t size;
  size_t capacity;
};

struct server;

struct worker {
  struct server* server;
  pthread_t thread;
  int poll;
  int listener;
  int wake;
  pthread_mutex_t inbox_lock;
  struct handoff* inbox_first;
  struct handoff* inbox_last;
  struct room* rooms;
  struct connections dirty;  // coalescing: to flush at the end of the turn
  struct connections dead;   // to free at the end of the turn
  uint8_t read_buffer[READ_BYTES];
};

struct server {
  bool coalesces;
  int workers_size;
  uint16_t port;
  struct worker* workers[WORKERS_MAX];
};

void* worker_run(void* self);
int worker_listen(uint16_t* port);
void connections_add(struct connections* list, struct connection* c);

// rooms
bool room_join(struct worker* w, struct connection* c, uint32_t room);
void room_leave(struct worker* w, struct connection* c);
void room_broadcast(struct worker* w, uint32_t room, const uint8_t* text, size_t size);
void room_take_handoffs(struct worker* w);
