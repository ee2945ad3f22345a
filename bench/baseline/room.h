// SPDX-License-Identifier: Apache-2.0
// The members of the rooms of one worker, and broadcasts to all workers.
#pragma once

#include "server.h"

bool room_join(struct worker* w, struct connection* c, uint32_t room);
void room_leave(struct worker* w, struct connection* c);
void room_broadcast(struct worker* w, uint32_t room, const uint8_t* text, size_t size);

// Sends the broadcasts in this worker's inbox, which other workers have put there.
void room_take_handoffs(struct worker* w);
