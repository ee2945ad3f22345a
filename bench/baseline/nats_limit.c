// SPDX-License-Identifier: Apache-2.0
// bench_nats: NATS alone, through nats.c.
#include "nats_limit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOMS_MAX = 20000, BYTES_MAX = 65536, GONE_MS_MAX = 600000 };
static const double seconds_max = 600;

static int usage(void) {
  fprintf(stderr,
          "usage: bench_nats URL appends ROOMS BYTES SECONDS\n"
          "       bench_nats URL one_way BYTES SECONDS\n"
          "       bench_nats URL heartbeats CLUSTER GONE_MS SECONDS\n");
  return 2;
}

/// 0: it is none.
static int number(const char* text, int max) {
  const int value = atoi(text);
  return value <= max ? value : 0;
}

int main(int argc, char** argv) {
  if (argc < 5) return usage();
  const char* scenario = argv[2];
  const double seconds = strtod(argv[argc - 1], NULL);
  if (!(seconds > 0 && seconds <= seconds_max)) return usage();
  if (strcmp(scenario, "appends") == 0 && argc == 6) {
    const int rooms = number(argv[3], ROOMS_MAX);
    const int bytes = number(argv[4], BYTES_MAX);
    return rooms < 1 || bytes < 1 ? usage() : !run_appends(argv[1], rooms, bytes, seconds);
  }
  if (strcmp(scenario, "one_way") == 0 && argc == 5) {
    const int bytes = number(argv[3], BYTES_MAX);
    return bytes < 8 ? usage() : !run_one_way(argv[1], bytes, seconds);
  }
  if (strcmp(scenario, "heartbeats") == 0 && argc == 6) {
    const int gone_ms = number(argv[4], GONE_MS_MAX);
    return gone_ms < 1 ? usage() : !run_heartbeats(argv[1], argv[3], gone_ms, seconds);
  }
  return usage();
}
