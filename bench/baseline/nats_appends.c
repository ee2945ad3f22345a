// SPDX-License-Identifier: Apache-2.0
// Fenced appends with one subject a room.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nats_limit.h"
#include "nats_loop.h"
#include "samples.h"

#define STREAM "BENCH"
static const char fence[] = "Nats-Expected-Last-Subject-Sequence";
static const char subjects[] = "bench.ev.*";
static const char replies[] = "bench.r.*";
static const int64_t silent_ns_max = INT64_C(10000000000);

struct room {
  natsMsg* append;
  uint64_t last;
  int64_t sent_ns;
};

struct run {
  struct nats_loop loop;
  struct room* rooms;
  int64_t starts_ns;
  int64_t ends_ns;
  int under_way;
  struct samples took;
};

/// Makes the stream anew, or removes it. On a connection of its own, because calls of js_ wait for
/// their answer.
static int set_stream(const char* url, int is_wanted) {
  natsConnection* connection = NULL;
  jsCtx* js = NULL;
  jsStreamConfig config;
  const char* all = subjects;
  natsStatus status = natsConnection_ConnectTo(&connection, url);
  jsStreamConfig_Init(&config);
  config.Name = STREAM;
  config.Subjects = &all;
  config.SubjectsLen = 1;
  config.Storage = js_FileStorage;
  if (status == NATS_OK) status = natsConnection_JetStream(&js, connection, NULL);
  if (status == NATS_OK) {
    js_DeleteStream(js, STREAM, NULL, NULL);
    if (is_wanted) status = js_AddStream(NULL, js, &config, NULL, NULL);
  }
  if (status != NATS_OK) fprintf(stderr, "bench_nats: stream: %s\n", natsStatus_GetText(status));
  jsCtx_Destroy(js);
  natsConnection_Destroy(connection);
  return status == NATS_OK;
}

static int make_rooms(struct run* r, int count, int bytes) {
  char* data = malloc((size_t)bytes);
  char subject[32];
  char reply[32];
  r->rooms = calloc((size_t)count, sizeof *r->rooms);
  int is_good = data && r->rooms;
  if (is_good) memset(data, 'x', (size_t)bytes);
  for (int i = 0; is_good && i < count; ++i) {
    snprintf(subject, sizeof subject, "bench.ev.%d", i);
    snprintf(reply, sizeof reply, "bench.r.%d", i);
    is_good = natsMsg_Create(&r->rooms[i].append, subject, reply, data, bytes) == NATS_OK;
  }
  free(data);
  return is_good;
}

static int append(struct run* r, struct room* to) {
  char last[24];
  snprintf(last, sizeof last, "%llu", (unsigned long long)to->last);
  to->sent_ns = now_ns();
  ++r->under_way;
  return natsMsgHeader_Set(to->append, fence, last) == NATS_OK &&
         natsConnection_PublishMsg(r->loop.connection, to->append) == NATS_OK;
}

/// The sequence in the server's answer; 0: it refused the append.
static uint64_t sequence_of(const natsMsg* answer) {
  char text[256];
  const size_t got = (size_t)natsMsg_GetDataLength(answer);
  const size_t size = got < sizeof text ? got : sizeof text - 1;
  memcpy(text, natsMsg_GetData(answer), size);
  text[size] = 0;
  const char* at = strstr(text, "\"error\"") ? NULL : strstr(text, "\"seq\":");
  return at ? strtoull(at + strlen("\"seq\":"), NULL, 10) : 0;
}

static int take(struct run* r, const natsMsg* answer) {
  struct room* from = &r->rooms[atoi(natsMsg_GetSubject(answer) + strlen(replies) - 1)];
  const int64_t now = now_ns();
  from->last = sequence_of(answer);
  --r->under_way;
  if (from->last == 0) {
    fprintf(stderr, "bench_nats: refused: %.*s\n", natsMsg_GetDataLength(answer),
            natsMsg_GetData(answer));
    return 0;
  }
  const int is_late = now >= r->ends_ns;
  if (now >= r->starts_ns && (!is_late || r->took.count == 0)) {
    samples_add(&r->took, now - from->sent_ns);
    if (is_late) r->ends_ns = now;  // a slow disk: at least one is measured
  }
  return is_late || append(r, from);
}

static int measure(struct run* r) {
  int64_t heard_ns = now_ns();
  while (r->under_way > 0) {
    if (!nats_loops_step(&r->loop, 1, 100)) return 0;
    for (natsMsg* got; (got = nats_loop_next(&r->loop)) != NULL;) {
      const int is_good = take(r, got);
      natsMsg_Destroy(got);
      if (!is_good) return 0;
      heard_ns = now_ns();
    }
    if (r->loop.is_broken || now_ns() - heard_ns > silent_ns_max) return 0;
  }
  return 1;
}

int run_appends(const char* url, int rooms, int bytes, double seconds) {
  struct run r = {0};
  if (!samples_open(&r.took) || !set_stream(url, 1) || !make_rooms(&r, rooms, bytes)) return 0;
  if (!nats_loop_open(&r.loop, url, replies)) return 0;
  r.starts_ns = now_ns() + (int64_t)(seconds / 5 * 1e9);  // a warm-up
  r.ends_ns = r.starts_ns + (int64_t)(seconds * 1e9);
  int is_good = 1;
  for (int i = 0; is_good && i < rooms; ++i) is_good = append(&r, &r.rooms[i]);
  if (!is_good || !measure(&r) || r.took.count == 0) {
    fprintf(stderr, "bench_nats: the appends stopped\n");
    return 0;
  }
  set_stream(url, 0);
  samples_sort(&r.took);
  printf("{\"error\":\"\",\"appends_per_s\":%.10g,\"p50_us\":%.10g,\"p99_us\":%.10g}\n",
         (double)r.took.count * 1e9 / (double)(r.ends_ns - r.starts_ns),
         samples_quantile(&r.took, 0.5), samples_quantile(&r.took, 0.99));
  return 1;
}
