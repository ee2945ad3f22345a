// One client of the baseline server: its socket, what it has not yet parsed, what it has not yet
// sent. A connection belongs to one worker thread for its whole life.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct worker;

struct connection {
  int fd;  // -1 once closed; the memory is freed at the end of the turn
  bool is_open;
  bool is_joined;
  bool is_dirty;     // in the worker's list of what to flush at the end of the turn
  bool is_broken;    // a send failed: the poll's hang-up event closes it
  bool wants_write;  // registered for writability after a short send
  uint32_t room;
  uint32_t room_slot;
  uint8_t* in;  // the start of a frame that has not arrived whole
  size_t in_size;
  uint8_t* out;
  size_t out_size;
  size_t out_sent;
  size_t out_capacity;
};

struct connection* connection_open(struct worker* w, int fd);
void connection_close(struct worker* w, struct connection* c);

// Sends at once, or (coalescing) appends to the buffer that the end of the turn flushes.
void connection_send(struct worker* w, struct connection* c, const void* bytes, size_t size);
void connection_flush(struct worker* w, struct connection* c);

// Reads once and handles every whole frame that is there.
void connection_readable(struct worker* w, struct connection* c);
