// SPDX-License-Identifier: Apache-2.0
// The scenarios of bench_nats. Each prints its figures as JSON; 0: it failed, and why is on stderr.
#ifndef ROOST_BENCH_NATS_LIMIT_H
#define ROOST_BENCH_NATS_LIMIT_H

/// Appends to one subject a room, each with the sequence of the one before as its fence. Each room
/// has one append under way.
int run_appends(const char* url, int rooms, int bytes, double seconds);
/// Time of one message from one connection to another.
int run_one_way(const char* url, int bytes, double seconds);
/// Listens to the heartbeats of a cluster until SIGTERM, and finds the longest time between two of
/// a node. A node that was silent for `gone_ms` at the end is not counted.
int run_heartbeats(const char* url, const char* cluster, int gone_ms, double seconds);

#endif
