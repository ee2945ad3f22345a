// SPDX-License-Identifier: Apache-2.0
// Messages of core NATS from one connection to another, one under way.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nats_limit.h"
#include "nats_loop.h"
#include "samples.h"

static const char subject[] = "bench.one";
static const int64_t silent_ns_max = INT64_C(10000000000);

/// Takes what has arrived. 1: a message, which took `took_ns`; 0: none.
static int take(struct nats_loop* at, int64_t* took_ns) {
  natsMsg* got = nats_loop_next(at);
  if (!got) return 0;
  int64_t sent_ns = 0;
  memcpy(&sent_ns, natsMsg_GetData(got), sizeof sent_ns);
  *took_ns = now_ns() - sent_ns;
  natsMsg_Destroy(got);
  return 1;
}

static int send_stamped(struct nats_loop* from, char* data, int bytes) {
  const int64_t sent_ns = now_ns();
  memcpy(data, &sent_ns, sizeof sent_ns);
  return natsConnection_Publish(from->connection, subject, data, bytes) == NATS_OK;
}

static int measure(struct nats_loop* ends, char* data, int bytes, double seconds,
                   struct samples* to) {
  const int64_t starts_ns = now_ns() + (int64_t)(seconds / 5 * 1e9);  // a warm-up
  const int64_t ends_ns = starts_ns + (int64_t)(seconds * 1e9);
  int64_t now = now_ns();
  int64_t heard_ns = now;
  if (!send_stamped(&ends[0], data, bytes)) return 0;
  for (; now < ends_ns; now = now_ns()) {
    int64_t took_ns = 0;
    if (!nats_loops_step(ends, 2, 100) || now - heard_ns > silent_ns_max) return 0;
    if (!take(&ends[1], &took_ns)) continue;
    heard_ns = now;
    if (now >= starts_ns) samples_add(to, took_ns);
    if (!send_stamped(&ends[0], data, bytes)) return 0;
  }
  return to->count > 0;
}

int run_one_way(const char* url, int bytes, double seconds) {
  struct nats_loop ends[2] = {0};
  struct samples took;
  char* data = calloc(1, (size_t)bytes);
  if (!data || !samples_open(&took) || !nats_loop_open(&ends[0], url, "bench.unused") ||
      !nats_loop_open(&ends[1], url, subject)) {
    return 0;
  }
  // The server knows the subscription once it has answered a ping; a message before that is lost.
  for (int i = 0; i < 10; ++i) nats_loops_step(ends, 2, 20);
  if (!measure(ends, data, bytes, seconds, &took)) {
    fprintf(stderr, "bench_nats: the messages stopped\n");
    return 0;
  }
  samples_sort(&took);
  printf("{\"error\":\"\",\"p50_us\":%.10g,\"p99_us\":%.10g}\n", samples_quantile(&took, 0.5),
         samples_quantile(&took, 0.99));
  free(data);
  return 1;
}
