// SPDX-License-Identifier: Apache-2.0
#include "connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static void add(struct connections* list, struct connection* c) {
  if (list->size == list->capacity) {
    list->capacity = list->capacity ? list->capacity * 2 : 256;
    list->items = realloc(list->items, list->capacity * sizeof *list->items);
    if (!list->items) abort();
  }
  list->items[list->size++] = c;
}

static void poll_for(struct worker* w, struct connection* c, int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = c};
  epoll_ctl(w->poll, operation, c->fd, &event);
}

struct connection* connection_open(struct worker* w, int fd) {
  struct connection* c = calloc(1, sizeof *c);
  if (!c) abort();
  c->fd = fd;
  poll_for(w, c, EPOLL_CTL_ADD, EPOLLIN);
  return c;
}

void connection_close(struct worker* w, struct connection* c) {
  if (c->fd < 0) return;
  close(c->fd);
  c->fd = -1;
  add(&w->dead, c);
}

static void append(struct connection* c, const void* bytes, size_t size) {
  if (c->out_size + size > OUT_BYTES_MAX) {  // slow consumer: the client does not read
    c->is_broken = true;
    shutdown(c->fd, SHUT_RDWR);
    return;
  }
  if (c->out_size + size > c->out_capacity) {
    size_t capacity = c->out_capacity ? c->out_capacity : 512;
    while (capacity < c->out_size + size) capacity *= 2;
    c->out = realloc(c->out, capacity);
    if (!c->out) abort();
    c->out_capacity = capacity;
  }
  memcpy(c->out + c->out_size, bytes, size);
  c->out_size += size;
}

// Returns the number of bytes that the kernel accepted. A failed send marks the connection as
// broken.
static size_t send_some(struct connection* c, const void* bytes, size_t size) {
  ssize_t sent = send(c->fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent >= 0) return (size_t)sent;
  if (errno != EAGAIN && errno != EINTR) c->is_broken = true;
  return 0;
}

void connection_send(struct worker* w, struct connection* c, const void* bytes, size_t size) {
  if (c->is_broken || c->fd < 0) return;
  if (w->server->coalesces) {
    append(c, bytes, size);
    if (!c->is_dirty) {
      c->is_dirty = true;
      add(&w->dirty, c);
    }
    return;
  }
  size_t sent = c->out_size ? 0 : send_some(c, bytes, size);
  if (sent == size || c->is_broken) return;
  append(c, (const uint8_t*)bytes + sent, size - sent);
  if (!c->wants_write) {
    c->wants_write = true;
    poll_for(w, c, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
  }
}

void connection_flush(struct worker* w, struct connection* c) {
  c->is_dirty = false;
  if (c->is_broken || c->fd < 0 || !c->out_size) return;
  c->out_sent += send_some(c, c->out + c->out_sent, c->out_size - c->out_sent);
  bool done = c->out_sent == c->out_size;
  if (done) {
    c->out_size = c->out_sent = 0;
  } else if (c->out_sent > READ_BYTES) {  // compact, so that OUT_BYTES_MAX counts only unsent bytes
    memmove(c->out, c->out + c->out_sent, c->out_size - c->out_sent);
    c->out_size -= c->out_sent;
    c->out_sent = 0;
  }
  if (done == c->wants_write) {
    c->wants_write = !done;
    poll_for(w, c, EPOLL_CTL_MOD, done ? EPOLLIN : EPOLLIN | EPOLLOUT);
  }
}
