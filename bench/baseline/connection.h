// SPDX-License-Identifier: Apache-2.0
// The socket of one client: opens it, sends and closes.
#pragma once

#include "server.h"

struct connection* connection_open(struct worker* w, int fd);

// Closes the socket. The memory is freed at the end of the iteration. The caller must have removed
// the connection from its room.
void connection_close(struct worker* w, struct connection* c);

// Sends at once; if the server coalesces, appends to the buffer, which is flushed at the end of
// the iteration.
void connection_send(struct worker* w, struct connection* c, const void* bytes, size_t size);
void connection_flush(struct worker* w, struct connection* c);
