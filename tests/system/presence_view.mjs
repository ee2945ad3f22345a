// The presence that a client sees: applies each frame with the official client's Presence class.
import { Presence } from "phoenix";
import { decode } from "./member.mjs";

/// Applies all frames of one connection, which may have joined many topics.
export class PresenceView {
  constructor() {
    this.topics = new Map();
    this.events = 0;
    this.receipts = new Map();
  }

  take(raw_frame) {
    const { topic, event, payload } = decode(raw_frame);
    const now = this.topics.get(topic) ?? { state: {}, pending: [], has_state: false };
    this.topics.set(topic, now);
    if (event === "presence_state") {
      now.state = Presence.syncState(now.state, payload);
      now.has_state = true;
      for (const each of now.pending.splice(0)) now.state = Presence.syncDiff(now.state, each);
    } else if (event === "presence_diff") {
      if (now.has_state) now.state = Presence.syncDiff(now.state, payload);
      else now.pending.push(payload);
    } else if (event === "read_receipts") {
      for (const [user, at] of Object.entries(payload.receipts)) this.receipts.set(user, at);
    } else if (!event.startsWith("phx_")) {
      this.events += 1;
    }
  }

  /// The metas of a topic, without the fields that the server adds, as sorted texts.
  metas(topic) {
    const state = this.topics.get(topic)?.state ?? {};
    return metas_of(state);
  }
}

/// The same for the body of GET /api/presence.
export function metas_of(state) {
  const plain = ({ phx_ref: _ref, phx_ref_prev: _before, ...meta }) => JSON.stringify(meta);
  return Object.entries(state)
    .flatMap(([key, { metas }]) => metas.map((meta) => `${key} ${plain(meta)}`))
    .sort();
}
