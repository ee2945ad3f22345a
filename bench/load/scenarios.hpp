// What can be measured. Each ends by itself: bounded in connections and in time.
#pragma once

#include "bench/load/figures.hpp"
#include "bench/load/options.hpp"

namespace roost::bench {

/// One sender, everybody in one room, `window` messages outstanding: a message is over when every
/// member has got it.
void run_broadcast(const options& how, figures& to);

/// Memory of a server for each connection that has joined a room and is silent.
void run_idle(const options& how, figures& to);

/// Connections opened, upgraded and joined a second, `opening_max` of them at a time.
void run_connect(const options& how, figures& to);

/// Round trips of a push and its reply, each connection alone in its room.
void run_echo(const options& how, figures& to);

/// Many small rooms in which everybody pushes at a fixed rate, whatever the server does; latency
/// counts from when a push was due.
void run_rooms(const options& how, figures& to);

}  // namespace roost::bench
