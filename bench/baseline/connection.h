// The socket of one client: opening, sending, closing.
#pragma once

#include "server.h"

struct connection* connection_open(struct worker* w, int fd);

// Closes the socket. The caller has taken the connection out of its room.
void connection_close(struct worker* w, struct connection* c);

// Sends at once, or (coalescing) appends to the buffer that the end of the iteration flushes.
void connection_send(struct worker* w, struct connection* c, const void* bytes, size_t size);
void connection_flush(struct worker* w, struct connection* c);
