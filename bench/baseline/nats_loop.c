// SPDX-License-Identifier: Apache-2.0
#include "nats_loop.h"

#include <poll.h>
#include <stdio.h>

enum { LOOPS_MAX = 2, BUFFER_BYTES = 64 * 1024, PENDING_MAX = 1 << 20 };

static natsStatus attach(void** user, void* loop, natsConnection* connection, natsSock socket) {
  struct nats_loop* l = loop;
  *user = l;
  l->connection = connection;
  l->fd = (int)socket;
  return NATS_OK;
}

static natsStatus want_read(void* user, bool is_added) {
  struct nats_loop* l = user;
  if (!is_added) l->is_broken = 1;
  return NATS_OK;
}

static natsStatus want_write(void* user, bool is_added) {
  struct nats_loop* l = user;
  l->wants_write = is_added;
  return NATS_OK;
}

static natsStatus detach(void* user) {
  struct nats_loop* l = user;
  l->is_broken = 1;
  return NATS_OK;
}

int nats_loop_open(struct nats_loop* loop, const char* url, const char* subject) {
  natsOptions* options = NULL;
  natsStatus status = natsOptions_Create(&options);
  loop->wants_write = 0;
  loop->is_broken = 0;
  if (status == NATS_OK) status = natsOptions_SetURL(options, url);
  if (status == NATS_OK) status = natsOptions_SetAllowReconnect(options, false);
  if (status == NATS_OK) status = natsOptions_SetIOBufSize(options, BUFFER_BYTES);
  if (status == NATS_OK) status = natsOptions_SetMaxPendingMsgs(options, PENDING_MAX);
  if (status == NATS_OK) status = natsOptions_SetSendAsap(options, true);
  if (status == NATS_OK) {
    status = natsOptions_SetEventLoop(options, loop, attach, want_read, want_write, detach);
  }
  if (status == NATS_OK) status = natsConnection_Connect(&loop->connection, options);
  if (status == NATS_OK) {
    status = natsConnection_SubscribeSync(&loop->arriving, loop->connection, subject);
  }
  if (status != NATS_OK) {
    fprintf(stderr, "bench_nats: %s: %s\n", url, natsStatus_GetText(status));
  }
  return status == NATS_OK;
}

int nats_loops_step(struct nats_loop* loops, int count, int timeout_ms) {
  struct pollfd fds[LOOPS_MAX];
  for (int i = 0; i < count; ++i) {
    fds[i].fd = loops[i].fd;
    fds[i].events = (short)(loops[i].wants_write ? POLLIN | POLLOUT : POLLIN);
    fds[i].revents = 0;
  }
  poll(fds, (nfds_t)count, timeout_ms);
  for (int i = 0; i < count; ++i) {
    if (fds[i].revents & (POLLIN | POLLHUP | POLLERR)) {
      natsConnection_ProcessReadEvent(loops[i].connection);
    }
    if (fds[i].revents & POLLOUT) natsConnection_ProcessWriteEvent(loops[i].connection);
    if (loops[i].is_broken) return 0;
  }
  return 1;
}

natsMsg* nats_loop_next(struct nats_loop* loop) {
  natsMsg* message = NULL;
  const natsStatus status = natsSubscription_NextMsg(&message, loop->arriving, 0);
  if (status != NATS_OK && status != NATS_TIMEOUT) loop->is_broken = 1;
  return status == NATS_OK ? message : NULL;
}
