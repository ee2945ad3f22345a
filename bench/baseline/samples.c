// SPDX-License-Identifier: Apache-2.0
#include "samples.h"

#include <stdlib.h>

enum { SAMPLES_MAX = 1 << 22 };

int samples_open(struct samples* s) {
  s->us = malloc(SAMPLES_MAX * sizeof *s->us);
  s->kept = 0;
  s->count = 0;
  return s->us != NULL;
}

void samples_add(struct samples* s, int64_t took_ns) {
  ++s->count;
  if (s->kept < SAMPLES_MAX) s->us[s->kept++] = (float)took_ns / 1e3F;
}

static int by_size(const void* a, const void* b) {
  const float x = *(const float*)a;
  const float y = *(const float*)b;
  return (x > y) - (x < y);
}

void samples_sort(struct samples* s) { qsort(s->us, (size_t)s->kept, sizeof *s->us, by_size); }

double samples_quantile(const struct samples* s, double q) {
  return s->kept > 0 ? (double)s->us[(int)(q * s->kept)] : 0;
}
