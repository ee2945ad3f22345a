// SPDX-License-Identifier: Apache-2.0
// A client that joins rooms, pushes, is cut, connects again and resumes; its views check the rooms'
// promises with each frame.
import { unwrap } from "../member.mjs";
import { Line } from "./line.mjs";
import { MemberView } from "./member_view.mjs";
import { content_of } from "./room_truth.mjs";
import { payload_of } from "./run_state.mjs";

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const unanswered_max = 40;
const page_bytes_max = 65_536;

/// A frame as a view takes it. V1 has no join_ref; the end of a channel carries it as its ref.
function heard(message) {
  const { event, ref, payload } = message;
  const is_end = event === "phx_close" || event === "phx_error";
  const join_ref = message.join_ref ?? (is_end ? ref : null);
  return { ...message, join_ref, payload: event === "msg" ? unwrap(payload) : payload };
}

export class Client {
  /// `held`: how many events its rooms hold.
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
      took: (message) => this.line === line && this.took(message),
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
    for (const { view } of this.channels.values()) view.link_lost();
    this.come_back(this.random.between(0, 150), this.random.chance(0.1));
  }

  /// Connects again after so many ms. If it `stays_away`, not before its rooms no longer hold what
  /// it missed.
  async come_back(ms, stays_away) {
    await pause(this.is_ending ? 0 : ms);
    const is_held = ({ room, view }) =>
      this.state.head_of(room) - (view.where?.offset ?? 0) <= this.held;
    while (stays_away && !this.is_ending && [...this.channels.values()].some(is_held)) {
      await pause(20);
    }
    if (!this.is_over) await this.connect();
  }

  /// Asks to resume where there is a position; `asked` overrides.
  join(channel, asked = channel.view.where ? { resume: { ...channel.view.where } } : {}) {
    const { room, view } = channel;
    if (!this.line?.is_open || view.joining) return;
    channel.is_wanted = true;
    const ref = this.line.ask("phx_join", { topic: room, payload: asked }, "join");
    view.asked(ref, { kind: "join", ...asked });
  }

  can_ask({ view, is_wanted }) {
    return this.line?.is_open && view.live && !view.joining && !view.is_leaving && is_wanted;
  }

  leave(channel) {
    if (!this.can_ask(channel)) return;
    channel.is_wanted = false;
    const { room, view } = channel;
    const message = { topic: room, payload: {}, join_ref: view.join_ref };
    view.asked(this.line.ask("phx_leave", message, "leave"), { kind: "leave" });
  }

  push(channel, bytes, event = "msg") {
    if (!this.can_ask(channel)) return;
    if (this.line.asked.size >= unanswered_max) return;
    const { room, view } = channel;
    const { number, payload } = this.new_push(channel, bytes);
    if (event === "msg") this.state.rooms.get(room).truth.says(content_of(event, payload));
    const ref = this.line.ask(event, { topic: room, payload, join_ref: view.join_ref }, "push");
    view.asked(ref, { kind: event === "boom" ? "refused_push" : "push", number });
  }

  new_push(channel, bytes) {
    this.state.count("pushes");
    const number = (channel.pushes += 1);
    const push = channel.view.push_id({ number, connection: this.connections });
    return { number, payload: payload_of(push, bytes) };
  }

  /// Sends a part of a push: as nobody says it, no member may see it.
  push_half(channel, bytes, share) {
    if (!this.can_ask(channel)) return;
    this.state.count("cuts_within_a_push");
    const { room, view } = channel;
    const { payload } = this.new_push(channel, bytes);
    this.line.cut_within({ topic: room, payload, join_ref: view.join_ref }, share);
  }

  cut(kind = "cuts") {
    if (!this.line?.is_open) return;
    this.state.count(kind);
    this.line.cut();
  }

  /// Cuts the connection after so many more bytes have come.
  cut_after(bytes) {
    const { line } = this;
    if (!line?.is_open) return;
    line.after_bytes(bytes, () => this.line === line && this.cut("cuts_within_what_comes"));
  }

  took(message) {
    const { topic, event, ref, payload } = message;
    const channel = this.channels.get(topic);
    const was_live = channel.view.live !== null;
    const kind = event === "phx_reply" ? this.line.answered(ref) : null;
    const frame = heard(message);
    channel.view.got(frame);
    if (kind === "join") this.join_answered(channel, payload, was_live);
    if (kind === "leave") this.state.count("leaves");
    if (kind === "push" && payload.status === "ok") {
      this.state.acknowledged(topic, payload.response);
    }
    if (event === "phx_error" && was_live && !channel.view.live) this.crashed(channel);
    if (event === "msg") this.took_event(channel, frame.payload);
  }

  join_answered(channel, { status, response }, was_live) {
    if (status !== "ok") {
      this.state.count("joins_refused");
      return this.join_soon(channel);
    }
    this.state.count("joins");
    if (was_live) this.state.count("joins_over");
    if (response.recovered === false) this.state.count("not_recovered");
    if (response.recovered) this.state.count("recovered");
    channel.catch_up = { left: response.missed ?? 0, bytes: 0 };
  }

  took_event({ catch_up }, { filling }) {
    this.state.count("deliveries");
    if (catch_up.left === 0) return;
    const was_within = catch_up.bytes <= page_bytes_max;
    catch_up.left -= 1;
    catch_up.bytes += filling.length;
    if (was_within && catch_up.bytes > page_bytes_max) this.state.count("catch_ups_in_pages");
  }

  crashed(channel) {
    this.state.count("crashes_seen");
    this.join_soon(channel);
  }

  join_soon(channel) {
    const { line } = this;
    setTimeout(() => this.line === line && this.join(channel), this.random.between(0, 30));
  }

  /// Repeats `step` until it is told to end; then comes to rest.
  async run(step) {
    while (!this.is_ending) {
      await step(this);
      await pause(this.random.between(10, 60));
    }
    this.line?.resume();
  }

  /// It is a member of every room, and nothing waits for an answer.
  is_settled() {
    if (!this.line?.is_open || this.line.asked.size > 0) return false;
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
