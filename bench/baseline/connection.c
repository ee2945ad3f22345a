#include "connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "websocket.h"
#include "worker.h"

// What Roost answers to a push, so that both write as many bytes; the reference is filled in.
static const char reply_text[] =
    "[\"1\",\"00000000\",\"room:00000\",\"phx_reply\","
    "{\"status\":\"ok\",\"response\":{\"epoch\":\"000000000000\",\"offset\":100000}}]";
enum { REPLY_REF_AT = 6, REF_SIZE = 8, ROOM_DIGITS = 5 };

static void poll_for(struct worker* w, struct connection* c, int how, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = c};
  epoll_ctl(w->poll, how, c->fd, &event);
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
  if (c->is_joined) room_leave(w, c);
  close(c->fd);
  c->fd = -1;
  connections_add(&w->dead, c);
}

static void append(struct connection* c, const void* bytes, size_t size) {
  if (c->out_size + size > OUT_BYTES_MAX) {  // a client that does not read
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

// Returns how much was taken; a dead peer takes nothing and is marked.
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
      connections_add(&w->dirty, c);
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
  } else if (c->out_sent > READ_BYTES) {  // so that the bound counts only what waits
    memmove(c->out, c->out + c->out_sent, c->out_size - c->out_sent);
    c->out_size -= c->out_sent;
    c->out_sent = 0;
  }
  if (done == c->wants_write) {
    c->wants_write = !done;
    poll_for(w, c, EPOLL_CTL_MOD, done ? EPOLLIN : EPOLLIN | EPOLLOUT);
  }
}

static void reply(struct worker* w, struct connection* c, const uint8_t* ref) {
  uint8_t frame[WEBSOCKET_HEADER_MAX + sizeof reply_text];
  size_t header = websocket_header(frame, sizeof reply_text - 1);
  memcpy(frame + header, reply_text, sizeof reply_text - 1);
  memcpy(frame + header + REPLY_REF_AT, ref, REF_SIZE);
  connection_send(w, c, frame, header + sizeof reply_text - 1);
}

// J ref room: join. B ref text: reply, and text to everybody in the room. E ref text: reply.
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
  char answer[512];
  size_t answer_size = websocket_accept(bytes, head, answer, sizeof answer);
  if (!answer_size) {
    c->is_broken = true;
    return 0;
  }
  c->is_open = true;
  connection_send(w, c, answer, answer_size);
  return head;
}

// Returns how much of the bytes was used.
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

void connection_readable(struct worker* w, struct connection* c) {
  size_t kept = c->in_size;
  if (kept) memcpy(w->read_buffer, c->in, kept);
  ssize_t got = recv(c->fd, w->read_buffer + kept, READ_BYTES - kept, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    connection_close(w, c);
    return;
  }
  size_t size = kept + (size_t)got;
  size_t used = consume(w, c, w->read_buffer, size);
  if (c->is_broken || (used == 0 && size == READ_BYTES)) {
    connection_close(w, c);
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
