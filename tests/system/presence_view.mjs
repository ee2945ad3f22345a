// SPDX-License-Identifier: Apache-2.0
// The presence that a client sees: applies each frame with the official client's Presence class.
import { PresenceMerge } from "./checker/presence_merge.mjs";
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
    const presence = this.topics.get(topic) ?? new PresenceMerge();
    this.topics.set(topic, presence);
    if (event === "presence_state") {
      presence.state(payload);
    } else if (event === "presence_diff") {
      presence.diff(payload);
    } else if (event === "read_receipts") {
      for (const [user, at] of Object.entries(payload.receipts)) this.receipts.set(user, at);
    } else if (!event.startsWith("phx_")) {
      this.events += 1;
    }
  }

  /// The metas of a topic, without the fields that the server adds, as sorted texts.
  metas(topic) {
    const state = this.topics.get(topic)?.all ?? {};
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
