// SPDX-License-Identifier: Apache-2.0
// The state of a run: the truth of each room, the broken promises, and counters.
import { Findings } from "./findings.mjs";
import { RoomTruth } from "./room_truth.mjs";

const letters = Array.from({ length: 4_096 }, (_, n) => String.fromCharCode(97 + ((n * 7) % 26)));
const long_text = letters.join("").repeat(8);
const shift_max = 1_000;
export const filling_bytes_max = long_text.length - shift_max;

/// The payload of a push: its id, and `bytes` of text that differs between pushes.
export function payload_of({ client, number, connection }, bytes) {
  const shift = (client * 31 + number) % shift_max;
  return { c: client, l: connection, s: number, filling: long_text.slice(shift, shift + bytes) };
}

export class RunState {
  /// `held_in`: how many events a room holds.
  constructor(rooms, held_in) {
    this.found = new Findings();
    this.counts = {};
    const state_of = (room) => ({
      terms: { echo: true, ephemeral: [], history_events: held_in(room) },
      truth: new RoomTruth(room, this.found),
      acknowledged: 0, // the greatest acknowledged offset
    });
    this.rooms = new Map(rooms.map((room) => [room, state_of(room)]));
  }

  count(kind, by = 1) {
    this.counts[kind] = (this.counts[kind] ?? 0) + by;
  }

  acknowledged(room, { offset }) {
    const state = this.rooms.get(room);
    state.acknowledged = Math.max(state.acknowledged, offset);
  }

  head_of(room) {
    return this.rooms.get(room).acknowledged;
  }
}
