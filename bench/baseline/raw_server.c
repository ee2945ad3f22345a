// SPDX-License-Identifier: Apache-2.0
// The baseline to which Roost is compared: an epoll server with minimal WebSocket support that
// broadcasts messages to rooms, without JSON, state or rules.
//   raw:  one send() for each message and receiver, immediately
//   rawc: one send() for each connection and epoll iteration (coalesced)
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "worker.h"

enum { SECONDS_MAX = 900 };

static int usage(void) {
  fprintf(stderr, "usage: bench_raw_server raw|rawc [--threads N] [--port N] [--seconds N]\n");
  return 2;
}

static struct worker* make_worker(struct server* s) {
  struct worker* w = calloc(1, sizeof *w);
  if (!w) return NULL;
  w->server = s;
  w->rooms = calloc(ROOMS_MAX, sizeof *w->rooms);
  w->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  w->listener = worker_listen(&s->port);
  pthread_mutex_init(&w->inbox_lock, NULL);
  return w->rooms && w->wake >= 0 && w->listener >= 0 ? w : NULL;
}

int main(int argc, char** argv) {
  struct server s = {.workers_size = 1};
  unsigned seconds = SECONDS_MAX;
  if (argc < 2 || argc % 2 != 0) return usage();
  s.coalesces = strcmp(argv[1], "rawc") == 0;
  if (!s.coalesces && strcmp(argv[1], "raw") != 0) return usage();
  for (int i = 2; i < argc; i += 2) {
    int value = atoi(argv[i + 1]);
    if (strcmp(argv[i], "--threads") == 0 && value >= 1 && value <= WORKERS_MAX) {
      s.workers_size = value;
    } else if (strcmp(argv[i], "--port") == 0) {
      s.port = (uint16_t)value;
    } else if (strcmp(argv[i], "--seconds") == 0 && value > 0) {
      seconds = (unsigned)value;
    } else {
      return usage();
    }
  }
  alarm(seconds);  // terminates a server that the benchmark left running
  for (int i = 0; i < s.workers_size; ++i) {
    s.workers[i] = make_worker(&s);
    if (!s.workers[i]) {
      perror("bench_raw_server: cannot listen");
      return 3;
    }
  }
  printf("bench_raw_server: listening on http://127.0.0.1:%u\n", s.port);
  fflush(stdout);
  for (int i = 1; i < s.workers_size; ++i) {
    pthread_create(&s.workers[i]->thread, NULL, worker_run, s.workers[i]);
  }
  worker_run(s.workers[0]);
  return 0;
}
