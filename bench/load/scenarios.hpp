// SPDX-License-Identifier: Apache-2.0
// The scenarios of the load client. Each is bounded in connections and in time.
#pragma once

#include "bench/load/figures.hpp"
#include "bench/load/options.hpp"

namespace roost::bench {

/// Throughput of one room: one member sends and keeps `window` messages in flight. A message is
/// complete when every member has received it.
void run_broadcast(const options& options, figures& to);

/// Server memory for each idle connection that has joined a room.
void run_idle(const options& options, figures& to);

/// Connections per second that are opened, upgraded and joined, at most `opening_max` concurrently.
void run_connect(const options& options, figures& to);

/// Round-trip time of a push and its reply; each connection is alone in its room.
void run_echo(const options& options, figures& to);

/// Latency in many small rooms. Every member pushes at a fixed rate, independent of the server's
/// speed. Latency is measured from the time when the push was due.
void run_rooms(const options& options, figures& to);

/// Time from a push at one node until a member at another node has it, with one push in flight.
void run_cross(const options& options, figures& to);

/// Joins each room, pushes once, and leaves it, in turn. Nobody uses the rooms afterwards.
void run_visit(const options& options, figures& to);

/// Ends the node `kill_pid` while members of its rooms are at another one. Measures when pushes
/// into its rooms are answered, and pushes into the rooms of other nodes meanwhile. Rooms with one
/// epoch have one owner, and those that are silent after the kill were that node's.
void run_kill(const options& options, figures& to);

}  // namespace roost::bench
