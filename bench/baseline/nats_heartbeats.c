// SPDX-License-Identifier: Apache-2.0
// The times between the heartbeats of the nodes of a cluster.
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "nats_limit.h"
#include "nats_loop.h"
#include "samples.h"

enum { NODES_MAX = 64, SUBJECT_BYTES = 96 };

struct node {
  char subject[SUBJECT_BYTES];
  int64_t heard_ns;
  int64_t gap_ns_max;
};

static volatile sig_atomic_t is_ending;

static void end(int signal) {
  (void)signal;
  is_ending = 1;
}

static void hear(struct node* nodes, int* count, const char* subject) {
  int i = 0;
  const int64_t now = now_ns();
  while (i < *count && strcmp(nodes[i].subject, subject) != 0) ++i;
  if (i == NODES_MAX) return;
  struct node* from = &nodes[i];
  if (i == *count) {
    ++*count;
    snprintf(from->subject, sizeof from->subject, "%s", subject);
  } else if (now - from->heard_ns > from->gap_ns_max) {
    from->gap_ns_max = now - from->heard_ns;
  }
  from->heard_ns = now;
}

int run_heartbeats(const char* url, const char* cluster, int gone_ms, double seconds) {
  struct nats_loop loop = {0};
  struct node nodes[NODES_MAX] = {0};
  int count = 0;
  char subject[SUBJECT_BYTES];
  snprintf(subject, sizeof subject, "%s.hb.*", cluster);
  signal(SIGTERM, end);
  if (!nats_loop_open(&loop, url, subject)) return 0;
  const int64_t ends_ns = now_ns() + (int64_t)(seconds * 1e9);
  puts("listening");
  fflush(stdout);
  while (!is_ending && now_ns() < ends_ns) {
    if (!nats_loops_step(&loop, 1, 20)) {
      fprintf(stderr, "bench_nats: the connection broke\n");
      return 0;
    }
    for (natsMsg* got; (got = nats_loop_next(&loop)) != NULL; natsMsg_Destroy(got)) {
      hear(nodes, &count, natsMsg_GetSubject(got));
    }
  }
  int living = 0;
  int64_t gap_ns_max = 0;
  for (int i = 0; i < count; ++i) {
    if (now_ns() - nodes[i].heard_ns > gone_ms * INT64_C(1000000)) continue;
    ++living;
    if (nodes[i].gap_ns_max > gap_ns_max) gap_ns_max = nodes[i].gap_ns_max;
  }
  printf("{\"error\":\"\",\"nodes\":%d,\"gap_ms_max\":%.10g}\n", living, (double)gap_ns_max / 1e6);
  return 1;
}
