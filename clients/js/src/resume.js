// Channels that continue after a cut exactly where they were.
import { isPosition, readsPositions, track, untrack } from "./frames.js";

const trackers = new WeakMap(); // channel -> tracker

/// A channel of `socket` that resumes at every rejoin. `params` as for socket.channel(): an object
/// or a function. Options: `history` (how many events a join may bring that cannot resume),
/// `position` (to go on from an earlier page), onRecovered(missed, reply) once the last of the
/// missed events was handled, onLost(reply, before) when the server cannot tell what was missed.
export function resumable(socket, topic, params = {}, options = {}) {
  if (!readsPositions(socket)) {
    throw new Error("resumable: the socket reads no positions; make its options withPositions()");
  }
  const tracker = new Tracker(options);
  const channel = socket.channel(topic, () => tracker.joinParams(params));
  trackers.set(channel, tracker);
  track(socket, topic, tracker);
  channel.onClose(() => untrack(socket, topic, tracker));
  return channel;
}

/// {epoch, offset} of the last event that the channel got, to be kept for a later page; or null.
export function lastPosition(channel) {
  return trackers.get(channel)?.position ?? null;
}

/// What one channel has got so far. Pure: knows no socket and no time.
export class Tracker {
  constructor({ history, position = null, onRecovered = () => {}, onLost = () => {} } = {}) {
    this.history = history;
    this.onRecovered = onRecovered;
    this.onLost = onLost;
    this.due = null; // {reply, total} while missed events are still to come
    this.caughtUp = 0; // missed events since the cut, over all joins that it took
    this.told = null; // a callback that waits until the handlers had their turn
    this.#reset(position);
  }

  joinParams(params) {
    const own = typeof params === "function" ? params() : params;
    const asked = { ...own };
    if (this.history !== undefined) asked.history = this.history;
    if (this.position) asked.resume = this.position;
    this.hasAsked = this.position !== null;
    return asked;
  }

  /// The join's reply: {status, response}.
  answered({ status, response }) {
    if (status !== "ok" || !isPosition(response)) return;
    const { epoch, offset, recovered, missed = 0 } = response;
    const head = { epoch, offset };
    const before = this.position;
    if (this.hasAsked && recovered === true) {
      this.due = { reply: response, total: this.caughtUp + missed };
      if (missed === 0) this.#advance(head);
      this.#tellWhenCaughtUp();
      return;
    }
    // Events from before the head follow: the first of them is where we are.
    this.#reset(missed > 0 ? null : head);
    if (this.hasAsked) this.told = () => this.onLost(response, before);
  }

  /// False if this event was already here: an earlier join's events can overlap with a resume.
  took(position) {
    if (this.due) this.caughtUp += 1;
    const isNew = !this.epochs.has(position.epoch) || position.offset > this.position.offset;
    if (isNew) this.#advance(position);
    this.#tellWhenCaughtUp();
    return isNew;
  }

  /// After the handlers: what is to be told is told.
  settle() {
    const tell = this.told;
    this.told = null;
    tell?.();
  }

  #tellWhenCaughtUp() {
    if (!this.due || this.caughtUp < this.due.total) return;
    const { reply, total } = this.due;
    this.due = null;
    this.caughtUp = 0;
    this.told = () => this.onRecovered(total, reply);
  }

  // Offsets go on over a change of epoch, so within the epochs seen they never go back.
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
