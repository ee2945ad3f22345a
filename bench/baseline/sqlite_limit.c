// SPDX-License-Identifier: Apache-2.0
// SQLite alone doing the transactions of durable rooms: each one appends a batch of events to the
// logs of the shards, and the next begins when it is committed. Prints the figures as JSON.
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SHARDS = 8, EVENT_BYTES_MAX = 4096, EVENTS_MAX = 20000, SAMPLES_MAX = 1 << 22 };

struct limit {
  sqlite3* file;
  sqlite3_stmt* insert;
  int rows;           // of a transaction: the logs that have an event
  int message_bytes;  // of a row: the events of one log
  int64_t sequence;
};

static int usage(void) {
  fprintf(stderr, "usage: bench_sqlite FILE always|interval EVENTS EVENT_BYTES SECONDS\n");
  return 2;
}

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static double written_bytes(void) {
  double bytes = 0;
  char line[128];
  FILE* io = fopen("/proc/self/io", "r");
  while (io && fgets(line, sizeof line, io)) {
    if (strncmp(line, "wchar:", 6) == 0) bytes = strtod(line + 6, NULL);
  }
  if (io) fclose(io);
  return bytes;
}

static int run(sqlite3* file, const char* sql) {
  return sqlite3_exec(file, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/// Opens the file as the store of a node does.
static int open_file(struct limit* l, const char* path, int is_always) {
  return sqlite3_open(path, &l->file) == SQLITE_OK &&
         run(l->file, "PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 67108864") &&
         run(l->file, is_always ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL") &&
         run(l->file,
             "CREATE TABLE log (id INTEGER PRIMARY KEY, checksum INTEGER NOT NULL, "
             "message BLOB NOT NULL)") &&
         sqlite3_prepare_v2(l->file, "INSERT INTO log VALUES (?1, ?2, ?3)", -1, &l->insert, NULL) ==
             SQLITE_OK;
}

static int commit(struct limit* l, const char* message) {
  int is_good = run(l->file, "BEGIN IMMEDIATE");
  ++l->sequence;
  for (int shard = 0; shard < l->rows; ++shard) {
    sqlite3_bind_int64(l->insert, 1, ((int64_t)shard << 44) | l->sequence);
    sqlite3_bind_int64(l->insert, 2,
                       (int64_t)((uint64_t)l->sequence * UINT64_C(0x9e3779b97f4a7c1)));
    sqlite3_bind_blob(l->insert, 3, message, l->message_bytes, SQLITE_STATIC);
    is_good &= sqlite3_step(l->insert) == SQLITE_DONE;
    sqlite3_reset(l->insert);
  }
  return run(l->file, "COMMIT") && is_good;
}

static int by_size(const void* a, const void* b) {
  const float x = *(const float*)a;
  const float y = *(const float*)b;
  return (x > y) - (x < y);
}

static int measure(struct limit* l, int events, double seconds) {
  char* message = calloc(1, (size_t)l->message_bytes);
  float* took_us = malloc(SAMPLES_MAX * sizeof *took_us);
  int count = 0;
  int is_good = message && took_us;
  if (is_good) memset(message, 'x', (size_t)l->message_bytes);
  const double written = written_bytes();
  const int64_t start = now_ns();
  int64_t now = start;
  while (is_good && count < SAMPLES_MAX && (double)(now - start) < seconds * 1e9) {
    const int64_t before = now;
    is_good = commit(l, message);
    now = now_ns();
    took_us[count++] = (float)(now - before) / 1e3F;
  }
  if (is_good && count > 0) {
    const double took = (double)(now - start) / 1e9;
    const double all = (double)count * events;
    qsort(took_us, (size_t)count, sizeof *took_us, by_size);
    printf(
        "{\"error\":\"\",\"replies_per_s\":%.10g,\"p50_us\":%.10g,"
        "\"written_bytes_per_reply\":%.10g}\n",
        all / took, (double)took_us[count / 2], (written_bytes() - written) / all);
  } else {
    fprintf(stderr, "bench_sqlite: %s\n", sqlite3_errmsg(l->file));
  }
  free(message);
  free(took_us);
  return is_good && count > 0 ? 0 : 1;
}

int main(int argc, char** argv) {
  if (argc != 6) return usage();
  struct limit l = {0};
  const int events = atoi(argv[3]);
  const int event_bytes = atoi(argv[4]);
  if (events < 1 || events > EVENTS_MAX || event_bytes < 1 || event_bytes > EVENT_BYTES_MAX) {
    return usage();
  }
  l.rows = events < SHARDS ? events : SHARDS;
  l.message_bytes = events * event_bytes / l.rows;
  if (!open_file(&l, argv[1], strcmp(argv[2], "always") == 0)) {
    fprintf(stderr, "bench_sqlite: %s: %s\n", argv[1], sqlite3_errmsg(l.file));
    return 1;
  }
  const int code = measure(&l, events, strtod(argv[5], NULL));
  sqlite3_finalize(l.insert);
  sqlite3_close(l.file);
  return code;
}
