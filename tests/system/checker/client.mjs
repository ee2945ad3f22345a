// SPDX-License-Identifier: Apache-2.0
// A client that joins rooms, pushes, loses its connection, reconnects and resumes. Its views check
// the rooms' promises with each frame.
import { unwrap } from "../member.mjs";
import { Line } from "./line.mjs";
import { MemberView } from "./member_view.mjs";
import { content_of } from "./room_truth.mjs";
import { payload_of } from "./run_state.mjs";

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const unanswered_max = 40;
const page_bytes_max = 65_536;

/// A decoded message as a frame for a view. V1 has no join_ref; phx_close and phx_error carry the
/// channel's join_ref in the ref field.
function frame_of(message) {
  const { event, ref, payload } = message;
  const is_end = event === "phx_close" || event === "phx_error";
  const join_ref = message.join_ref ?? (is_end ? ref : null);
  return { ...message, join_ref, payload: event === "msg" ? unwrap(payload) : payload };
}

export class Client {
  /// `held`: how many events the history of its rooms holds.
  constructor({ id, server, form, rooms, held, random, state }) {
    Object.assign(this, { id, server, form, held, random, state });
    this.channels = new Map(rooms.map((room) => [room, this.new_channel(room)]));
    this.connections = 0;
    this.line = null;
    this.is_ending = false;
  }

  new_channel(room) {
    const { terms, truth } = this.state.rooms.get(room);
    const { found } = this.state;
    const view = new MemberView({ client: this.id, topic: room, terms, truth, found });
    return { room, view, is_wanted: true, pushes: 0, catch_up: { left: 0, bytes: 0 } };
  }

  get name() {
    return `client ${this.id} (${this.form.codec}${this.form.positions ? ", positions" : ""})`;
  }

  async connect() {
    const line = new Line(this.server, this.form, {
      received: (message) => this.line === line && this.received(message),
      ended: (code) => this.lost(line, code),
    });
    this.line = line;
    this.connections += 1;
    for (const { view } of this.channels.values()) {
      view.connected(this.connections, this.form.positions);
    }
    if (!(await line.opened)) return;
    for (const channel of this.channels.values()) if (channel.is_wanted) this.join(channel);
  }

  lost(line, code) {
    if (this.line !== line) return;
    this.line = null;
    if (code === 1013) this.state.count("slow");
    for (const { view } of this.channels.values()) view.connection_lost();
    this.reconnect(this.random.between(0, 150), this.random.chance(0.1));
  }

  /// Reconnects after `ms`. If it `stays_away`, it waits until its rooms no longer hold the events
  /// that it missed.
  async reconnect(ms, stays_away) {
    await pause(this.is_ending ? 0 : ms);
    const is_held = ({ room, view }) =>
      this.state.head_of(room) - (view.position?.offset ?? 0) <= this.held;
    while (stays_away && !this.is_ending && [...this.channels.values()].some(is_held)) {
      await pause(20);
    }
    if (!this.is_over) await this.connect();
  }

  /// By default resumes from the last position, if there is one.
  join(channel, request = channel.view.position ? { resume: { ...channel.view.position } } : {}) {
    const { room, view } = channel;
    if (!this.line?.is_open || view.joining) return;
    channel.is_wanted = true;
    const ref = this.line.send_request("phx_join", { topic: room, payload: request }, "join");
    view.requested(ref, { kind: "join", ...request });
  }

  can_request({ view, is_wanted }) {
    return this.line?.is_open && view.live && !view.joining && !view.is_leaving && is_wanted;
  }

  leave(channel) {
    if (!this.can_request(channel)) return;
    channel.is_wanted = false;
    const { room, view } = channel;
    const message = { topic: room, payload: {}, join_ref: view.join_ref };
    view.requested(this.line.send_request("phx_leave", message, "leave"), { kind: "leave" });
  }

  push(channel, bytes, event = "msg") {
    if (!this.can_request(channel)) return;
    if (this.line.pending.size >= unanswered_max) return;
    const { room, view } = channel;
    const { number, payload } = this.next_push(channel, bytes);
    if (event === "msg") this.state.rooms.get(room).truth.sent(content_of(event, payload));
    const message = { topic: room, payload, join_ref: view.join_ref };
    const ref = this.line.send_request(event, message, "push");
    view.requested(ref, { kind: event === "boom" ? "refused_push" : "push", number });
  }

  next_push(channel, bytes) {
    this.state.count("pushes");
    const number = (channel.pushes += 1);
    const push = channel.view.push_id({ number, connection: this.connections });
    return { number, payload: payload_of(push, bytes) };
  }

  /// Sends an incomplete push, then cuts the connection. No member may receive that push.
  push_half(channel, bytes, share) {
    if (!this.can_request(channel)) return;
    this.state.count("cuts_within_a_push");
    const { room, view } = channel;
    const { payload } = this.next_push(channel, bytes);
    this.line.cut_within({ topic: room, payload, join_ref: view.join_ref }, share);
  }

  cut(kind = "cuts") {
    if (!this.line?.is_open) return;
    this.state.count(kind);
    this.line.cut();
  }

  /// Cuts the connection after `bytes` more bytes have arrived.
  cut_after(bytes) {
    const { line } = this;
    if (!line?.is_open) return;
    line.after_bytes(bytes, () => this.line === line && this.cut("cuts_while_receiving"));
  }

  received(message) {
    const { topic, event, ref, payload } = message;
    const channel = this.channels.get(topic);
    const was_live = channel.view.live !== null;
    const kind = event === "phx_reply" ? this.line.answered(ref) : null;
    const frame = frame_of(message);
    channel.view.received(frame);
    if (kind === "join") this.join_answered(channel, payload, was_live);
    if (kind === "leave") this.state.count("leaves");
    if (kind === "push" && payload.status === "ok") {
      this.state.acknowledged(topic, payload.response);
    }
    if (event === "phx_error" && was_live && !channel.view.live) this.crashed(channel);
    if (event === "msg") this.event_received(channel, frame.payload);
  }

  join_answered(channel, { status, response }, was_live) {
    if (status !== "ok") {
      this.state.count("joins_refused");
      return this.rejoin_soon(channel);
    }
    this.state.count("joins");
    if (was_live) this.state.count("joins_over");
    if (response.recovered === false) this.state.count("not_recovered");
    if (response.recovered) this.state.count("recovered");
    channel.catch_up = { left: response.missed ?? 0, bytes: 0 };
  }

  event_received({ catch_up }, { filling }) {
    this.state.count("deliveries");
    if (catch_up.left === 0) return;
    const was_within = catch_up.bytes <= page_bytes_max;
    catch_up.left -= 1;
    catch_up.bytes += filling.length;
    if (was_within && catch_up.bytes > page_bytes_max) this.state.count("catch_ups_in_pages");
  }

  crashed(channel) {
    this.state.count("crashes_seen");
    this.rejoin_soon(channel);
  }

  rejoin_soon(channel) {
    const { line } = this;
    setTimeout(() => this.line === line && this.join(channel), this.random.between(0, 30));
  }

  /// Repeats `step` until `is_ending`, then reads everything that is left.
  async run(step) {
    while (!this.is_ending) {
      await step(this);
      await pause(this.random.between(10, 60));
    }
    this.line?.resume();
  }

  /// Whether it is a member of every room and has no unanswered request. Rejoins where needed.
  is_settled() {
    if (!this.line?.is_open || this.line.pending.size > 0) return false;
    for (const channel of this.channels.values()) {
      const { view } = channel;
      if (view.live && !view.joining && !view.is_leaving) continue;
      if (!view.is_leaving) this.join(channel);
      return false;
    }
    return true;
  }

  end() {
    this.is_over = true;
    this.line?.socket.terminate();
  }
}
