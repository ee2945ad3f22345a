// SPDX-License-Identifier: Apache-2.0
// The thread of a worker: an epoll loop that accepts connections and dispatches events.
#pragma once

#include "server.h"

void* worker_run(void* self);

// Returns a listening socket on loopback, -1 on failure. Replaces port 0 by the port that the
// kernel chose, so that the other workers can listen on it as well (SO_REUSEPORT).
int worker_listen(uint16_t* port);
