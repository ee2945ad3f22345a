// SPDX-License-Identifier: Apache-2.0
// A connection of nats.c on the caller's own loop, without threads between it and the socket. Ends
// with the process.
#ifndef ROOST_BENCH_NATS_LOOP_H
#define ROOST_BENCH_NATS_LOOP_H

#include <nats/nats.h>
#include <stdatomic.h>

struct nats_loop {
  natsConnection* connection;
  natsSubscription* arriving;
  int fd;
  atomic_int wants_write;
  atomic_int is_broken;
};

/// Connects, and subscribes to `subject`. 0: it failed, and why is on stderr.
int nats_loop_open(struct nats_loop* loop, const char* url, const char* subject);
/// Waits for one of the connections, then reads and writes. 0: one broke.
int nats_loops_step(struct nats_loop* loops, int count, int timeout_ms);
/// A message that has arrived, to be destroyed; NULL: none. A request that nobody has received
/// breaks the connection.
natsMsg* nats_loop_next(struct nats_loop* loop);

#endif
