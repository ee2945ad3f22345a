// The bytes that a client sends: the upgrade, then joins and pushes.
#pragma once

#include "server.h"

// Reads once and handles every whole frame that has arrived. Closes the connection at its end, and
// on anything that the load client would not send.
void input_read(struct worker* w, struct connection* c);
