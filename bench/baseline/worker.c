// SPDX-License-Identifier: Apache-2.0
#include "worker.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "connection.h"
#include "input.h"
#include "room.h"

enum { EVENTS_MAX = 512 };

int worker_listen(uint16_t* port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(*port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (fd < 0 || bind(fd, (struct sockaddr*)&address, size) < 0 || listen(fd, 4096) < 0 ||
      getsockname(fd, (struct sockaddr*)&address, &size) < 0) {
    return -1;
  }
  *port = ntohs(address.sin_port);
  return fd;
}

static void accept_all(struct worker* w) {
  for (;;) {
    int fd = accept4(w->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connection_open(w, fd);
  }
}

static void end_iteration(struct worker* w) {
  for (size_t i = 0; i < w->dirty.size; ++i) connection_flush(w, w->dirty.items[i]);
  w->dirty.size = 0;
  for (size_t i = 0; i < w->dead.size; ++i) {
    struct connection* c = w->dead.items[i];
    free(c->in);
    free(c->out);
    free(c);
  }
  w->dead.size = 0;
}

static void handle(struct worker* w, const struct epoll_event* event) {
  if (event->data.ptr == &w->listener) {
    accept_all(w);
  } else if (event->data.ptr == &w->wake) {
    room_take_handoffs(w);
  } else {
    struct connection* c = event->data.ptr;
    if (event->events & EPOLLOUT) connection_flush(w, c);
    if (event->events & (EPOLLIN | EPOLLHUP | EPOLLERR)) input_read(w, c);
  }
}

void* worker_run(void* self) {
  struct worker* w = self;
  w->poll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event accepts = {.events = EPOLLIN, .data.ptr = &w->listener};
  struct epoll_event wakes = {.events = EPOLLIN, .data.ptr = &w->wake};
  epoll_ctl(w->poll, EPOLL_CTL_ADD, w->listener, &accepts);
  epoll_ctl(w->poll, EPOLL_CTL_ADD, w->wake, &wakes);
  struct epoll_event events[EVENTS_MAX];
  for (;;) {
    int count = epoll_wait(w->poll, events, EVENTS_MAX, -1);
    for (int i = 0; i < count; ++i) handle(w, &events[i]);
    end_iteration(w);
  }
  return NULL;
}
