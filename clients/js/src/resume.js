// SPDX-License-Identifier: Apache-2.0
// Channels that resume at their last position after a lost connection.
import { isPosition, readsPositions, track, untrack } from "./frames.js";

const trackers = new WeakMap(); // channel -> tracker

/// A channel of `socket` that resumes at every rejoin. `params` as for socket.channel(): an object
/// or a function. Options: `history` (past events to request if the channel cannot resume),
/// `position` (of an earlier page, to continue from), onRecovered(missed, reply) after the handlers
/// of the last missed event, onLost(reply, before) if the server cannot recover the missed events.
export function resumable(socket, topic, params = {}, options = {}) {
  if (!readsPositions(socket)) {
    throw new Error("resumable: the socket decodes no positions; use withPositions(options)");
  }
  const tracker = new Tracker(options);
  const channel = socket.channel(topic, () => tracker.joinParams(params));
  trackers.set(channel, tracker);
  track(socket, topic, tracker);
  channel.onClose(() => untrack(socket, topic, tracker));
  return channel;
}

/// The {epoch, offset} of the channel's last event, to store for a later page, or null.
export function lastPosition(channel) {
  return trackers.get(channel)?.position ?? null;
}

/// Tracks the position of one channel. Pure: uses no socket and no time.
export class Tracker {
  constructor({ history, position = null, onRecovered = () => {}, onLost = () => {} } = {}) {
    this.history = history;
    this.onRecovered = onRecovered;
    this.onLost = onLost;
    this.due = null; // {reply, total} while missed events are still to arrive
    this.caughtUp = 0; // missed events since the cut, over all rejoins
    this.pendingCallback = null; // called after the handlers of the current event
    this.#reset(position);
  }

  joinParams(params) {
    const own = typeof params === "function" ? params() : params;
    const request = { ...own };
    if (this.history !== undefined) request.history = this.history;
    if (this.position) request.resume = this.position;
    this.hasRequestedResume = this.position !== null;
    return request;
  }

  /// The join's reply: {status, response}.
  joinAnswered({ status, response }) {
    if (status !== "ok" || !isPosition(response)) return;
    const { epoch, offset, recovered, missed = 0 } = response;
    const head = { epoch, offset };
    const before = this.position;
    if (this.hasRequestedResume && recovered === true) {
      this.due = { reply: response, total: this.caughtUp + missed };
      if (missed === 0) this.#advance(head);
      this.#notifyWhenCaughtUp();
      return;
    }
    // If past events follow the reply, the first of them sets the position.
    this.#reset(missed > 0 ? null : head);
    if (this.hasRequestedResume) this.pendingCallback = () => this.onLost(response, before);
  }

  /// False for a duplicate: the events of an earlier join can overlap with a resume.
  received(position) {
    if (this.due) this.caughtUp += 1;
    const isNew = !this.epochs.has(position.epoch) || position.offset > this.position.offset;
    if (isNew) this.#advance(position);
    this.#notifyWhenCaughtUp();
    return isNew;
  }

  /// Runs the pending callback, after the handlers.
  settle() {
    const callback = this.pendingCallback;
    this.pendingCallback = null;
    callback?.();
  }

  #notifyWhenCaughtUp() {
    if (!this.due || this.caughtUp < this.due.total) return;
    const { reply, total } = this.due;
    this.due = null;
    this.caughtUp = 0;
    this.pendingCallback = () => this.onRecovered(total, reply);
  }

  // Offsets continue over a change of epoch, so they never decrease within the known epochs.
  #advance({ epoch, offset }) {
    this.position = { epoch, offset };
    this.epochs.add(epoch);
    if (this.epochs.size > 64) this.epochs.delete(this.epochs.values().next().value);
  }

  #reset(position) {
    this.due = null;
    this.caughtUp = 0;
    this.position = null;
    this.epochs = new Set();
    if (position) this.#advance(position);
  }
}
