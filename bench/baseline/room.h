// The members of a room on one worker, and broadcasts over all workers.
#pragma once

#include "server.h"

bool room_join(struct worker* w, struct connection* c, uint32_t room);
void room_leave(struct worker* w, struct connection* c);
void room_broadcast(struct worker* w, uint32_t room, const uint8_t* text, size_t size);

// Sends the broadcasts that other workers put into this worker's inbox.
void room_take_handoffs(struct worker* w);
