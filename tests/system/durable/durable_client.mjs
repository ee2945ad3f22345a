// SPDX-License-Identifier: Apache-2.0
// A checked client of durable rooms: it resumes after every end of its connection, and must never
// hear that an event is lost.
import { Client } from "../checker/client.mjs";
import { content_of } from "../checker/room_truth.mjs";

const unanswered_max = 40;
const retry_ms = 50;

export class DurableClient extends Client {
  /// `repeats`: pushes have a value of the idempotency field, and are sent again after the end of
  /// the connection until they are answered.
  constructor({ repeats = false, ...about }) {
    super(about);
    this.repeats = repeats;
    this.unanswered = new Map(); // by ref of this connection: {push, is_repeat}
    this.to_repeat = [];
  }

  /// No event of a durable room is ever too old, so the client never stays away.
  reconnect(ms) {
    return super.reconnect(ms, false);
  }

  lost(line, code) {
    if (this.line === line) {
      this.to_repeat.push(...[...this.unanswered.values()].map(({ push }) => push));
      this.unanswered.clear();
    }
    super.lost(line, code);
  }

  join(channel, request) {
    if (!channel.view.joining) {
      channel.head_at_join = this.state.head_of(channel.room);
      channel.is_resuming = channel.view.position !== null;
    }
    super.join(channel, request);
  }

  push(channel, bytes) {
    if (!this.can_request(channel) || this.line.pending.size >= unanswered_max) return;
    const { number, payload } = this.next_push(channel, bytes);
    const connection = this.connections;
    if (this.repeats) payload.id = `${this.id}/${connection}/${number}`;
    this.state.rooms.get(channel.room).truth.sent(content_of("msg", payload));
    this.send({ channel, number, connection, payload }, false);
  }

  send(push, is_repeat) {
    const { channel, number, connection, payload } = push;
    const { room, view } = channel;
    const message = { topic: room, payload, join_ref: view.join_ref };
    const ref = this.line.send_request("msg", message, "push");
    view.requested(ref, { kind: "push", number, connection, is_repeat });
    if (this.repeats) this.unanswered.set(ref, { push, is_repeat });
  }

  repeat(channel) {
    if (!this.can_request(channel)) return;
    const { truth } = this.state.rooms.get(channel.room);
    const its = this.to_repeat.filter((push) => push.channel === channel);
    this.to_repeat = this.to_repeat.filter((push) => push.channel !== channel);
    for (const push of its) {
      truth.repeats(channel.view.push_id(push));
      this.state.count("repeats");
      this.send(push, true);
    }
  }

  received(message) {
    const { topic, event, ref, payload } = message;
    if (topic === "phoenix") return; // a drain is announced
    super.received(message);
    if (event !== "phx_reply") return;
    const sent = this.unanswered.get(ref);
    this.unanswered.delete(ref);
    if (payload.status === "ok") return;
    const { reason } = payload.response;
    this.state.count(`refused: ${reason}`);
    if (sent) this.repeat_in_doubt(sent, reason);
  }

  /// A push may have been applied when it was sent first, or before an unknown outcome.
  repeat_in_doubt({ push, is_repeat }, reason) {
    if (!is_repeat && reason !== "unknown outcome") return;
    this.to_repeat.push(push);
    setTimeout(() => this.repeat(push.channel), retry_ms);
  }

  is_settled() {
    return super.is_settled() && this.to_repeat.length === 0;
  }

  join_answered(channel, payload, was_live) {
    super.join_answered(channel, payload, was_live);
    if (payload.status !== "ok") return;
    this.state.joined(channel, payload.response);
    this.repeat(channel);
  }
}

/// Joins once with the whole history of its rooms.
export class FreshClient extends DurableClient {
  join(channel) {
    super.join(channel, { history: 1_000_000_000 });
  }
}
