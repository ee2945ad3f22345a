// SPDX-License-Identifier: Apache-2.0
// The data structures of the baseline server: server, workers, rooms and connections.
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WORKERS_MAX = 8, ROOMS_MAX = 100000, READ_BYTES = 65536, OUT_BYTES_MAX = 4 << 20 };

// One client. Only the worker thread that accepted it uses it.
struct connection {
  int fd;  // -1 after close; the memory is freed at the end of the iteration
  bool is_open;
  bool is_joined;
  bool is_dirty;     // in the worker's list of connections to flush after this iteration
  bool is_broken;    // send failed or input invalid; EPOLLHUP or the input handler closes it
  bool wants_write;  // registered for EPOLLOUT after a partial send
  uint32_t room;
  uint32_t room_slot;
  uint8_t* in;  // an incomplete frame, kept until the rest arrives
  size_t in_size;
  uint8_t* out;
  size_t out_size;
  size_t out_sent;
  size_t out_capacity;
};

struct connections {
  struct connection** items;
  size_t size;
  size_t capacity;
};

struct room {
  struct connection** members;
  uint32_t size;
  uint32_t capacity;
};

// An encoded frame in the inbox of another worker.
struct handoff {
  struct handoff* next;
  uint32_t room;
  size_t size;
  uint8_t bytes[];
};

struct server;

// One thread with its own listening socket, epoll instance and rooms. Workers exchange broadcasts
// through a locked inbox and an eventfd.
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
  struct connections dirty;  // only if coalescing: flushed at the end of the iteration
  struct connections dead;   // freed at the end of the iteration
  uint8_t read_buffer[READ_BYTES];
};

struct server {
  bool coalesces;
  int workers_size;
  uint16_t port;
  struct worker* workers[WORKERS_MAX];
};
