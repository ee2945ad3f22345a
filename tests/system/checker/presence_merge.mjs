// What a client makes of presence and receipts: the Presence class of the official client, and how
// far each user has read.
import { Presence } from "phoenix";

export class PresenceMerge {
  constructor() {
    this.all = {}; // by key: an object with its metas
    this.waiting = [];
    this.has_state = false;
  }

  /// The channel was joined anew: diffs wait for the next state.
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

  /// read_receipts: all of them. False: one went back.
  whole({ receipts }) {
    const next = new Map(Object.entries(receipts));
    const is_ahead = ([user, { offset }]) => (next.get(user)?.offset ?? -1) >= offset;
    const are_ahead = [...this.all].every(is_ahead);
    this.all = next;
    return are_ahead;
  }

  /// read_receipt: one user's. False: it went back.
  moved({ user, epoch, offset }) {
    const is_ahead = (this.all.get(user)?.offset ?? 0) <= offset;
    this.all.set(user, { epoch, offset });
    return is_ahead;
  }
}
