// SPDX-License-Identifier: Apache-2.0
// Handles the input of a client: the upgrade request, then joins and pushes.
#pragma once

#include "server.h"

// Reads once and handles every complete frame. Closes the connection at end of file and on input
// that the load client would not send.
void input_read(struct worker* w, struct connection* c);
