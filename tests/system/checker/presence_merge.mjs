// SPDX-License-Identifier: Apache-2.0
// Merges presence with the Presence class of the official client, and read receipts into the
// position up to which each user has read.
import { Presence } from "phoenix";

export class PresenceMerge {
  constructor() {
    this.all = {}; // for each key an object with its metas
    this.waiting = [];
    this.has_state = false;
  }

  /// After a new join: diffs are queued until the next presence_state.
  joined() {
    this.has_state = false;
  }

  state(payload) {
    this.all = Presence.syncState(this.all, payload);
    this.has_state = true;
    for (const each of this.waiting.splice(0)) this.all = Presence.syncDiff(this.all, each);
  }

  diff(payload) {
    if (this.has_state) this.all = Presence.syncDiff(this.all, payload);
    else this.waiting.push(payload);
  }

  /// Every meta of every key.
  metas() {
    return Object.values(this.all).flatMap(({ metas }) => metas);
  }
}

export class ReceiptsMerge {
  constructor() {
    this.all = new Map();
  }

  joined() {
    this.all.clear();
  }

  /// Merges a read_receipts frame. False: a mark moved backwards.
  add({ receipts }) {
    const marks = Object.entries(receipts).map(([user, at]) => this.moved({ user, ...at }));
    return !marks.includes(false);
  }

  /// Merges a read_receipt frame (one user). False: the mark moved backwards.
  moved({ user, epoch, offset }) {
    const is_ahead = (this.all.get(user)?.offset ?? 0) <= offset;
    this.all.set(user, { epoch, offset });
    return is_ahead;
  }
}
