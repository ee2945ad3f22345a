// The thread of a worker: accepts, polls, and dispatches events.
#pragma once

#include "server.h"

void* worker_run(void* self);

// A listening socket on loopback, -1 on failure. Port 0 is replaced by the port that the kernel
// chose, so that the next worker can share it.
int worker_listen(uint16_t* port);
