// SPDX-License-Identifier: Apache-2.0
// Latencies of a run, and the clock. One thread.
#ifndef ROOST_BENCH_SAMPLES_H
#define ROOST_BENCH_SAMPLES_H

#include <stdint.h>
#include <time.h>

struct samples {
  float* us;
  int kept;       // the first 4 million
  int64_t count;  // of all
};

static inline int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/// 0: no memory.
int samples_open(struct samples* s);
void samples_add(struct samples* s, int64_t took_ns);
void samples_sort(struct samples* s);
/// Of the sorted samples, in µs; 0 without any. `q` is below 1.
double samples_quantile(const struct samples* s, double q);

#endif
