// SPDX-License-Identifier: Apache-2.0
// What all clients of a run know of their durable rooms.
import { RunState } from "../checker/run_state.mjs";

export const history_events = 1_000_000;

export class DurableState extends RunState {
  /// `moves`: channels go on in the epoch of a new owner, on several nodes, whose answers may
  /// overtake each other.
  constructor(rooms, { moves = false } = {}) {
    super(rooms, () => history_events);
    this.moves = moves;
    for (const state of this.rooms.values()) {
      state.terms.moves = moves;
      state.epochs = [];
    }
  }

  /// Calls `next` once, at once when the next push is acknowledged.
  at_next_acknowledgement(next) {
    this.next = next;
  }

  acknowledged(room, position) {
    super.acknowledged(room, position);
    const { next } = this;
    this.next = null;
    next?.();
  }

  /// Checks the reply to a join: every resume is recovered, and neither the offset nor the epoch of
  /// a room goes back.
  joined({ room, head_at_join, is_resuming, view }, { epoch, offset, recovered }) {
    const broke = (promise, text) => this.found.broke(promise, `client ${view.client} on ${text}`);
    if (is_resuming && recovered !== true) broke("resume", `${room}: a resume was not recovered`);
    if (offset < head_at_join) {
      broke("order", `${room}: offset ${head_at_join} was acknowledged, now the last is ${offset}`);
    }
    if (!this.moves) this.check_epoch(room, epoch, broke);
  }

  check_epoch(room, epoch, broke) {
    const { epochs } = this.rooms.get(room);
    if (epochs.at(-1) === epoch) return;
    if (epochs.includes(epoch)) broke("order", `${room}: epoch ${epoch} comes back`);
    epochs.push(epoch);
  }
}
