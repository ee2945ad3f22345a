// A client that writes down everything: joins rooms, pushes, is cut, comes back and resumes.
import { unwrap } from "../member.mjs";
import { History } from "./history.mjs";
import { Line } from "./line.mjs";

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const unanswered_max = 40;

export class Client {
  /// `held`: how many events its rooms hold.
  constructor({ id, server, form, rooms, held, random, history }) {
    Object.assign(this, { id, server, form, held, random, history });
    this.channels = new Map(rooms.map((room) => [room, new_channel(room)]));
    this.line = null;
    this.is_ending = false;
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
    if (!(await line.opened)) return;
    for (const channel of this.channels.values()) if (channel.is_wanted) this.join(channel);
  }

  lost(line, code) {
    if (this.line !== line) return;
    this.line = null;
    if (code === 1013) this.history.count("slow");
    for (const channel of this.channels.values()) {
      this.end_session(channel, `closed ${code}`);
      channel.joining = null;
    }
    this.come_back(this.random.between(0, 150), this.random.chance(0.1));
  }

  /// Connects again after so many ms; where it `stays_away` not before the room has moved on so far
  /// that it holds no longer what this one missed.
  async come_back(ms, stays_away) {
    await pause(this.is_ending ? 0 : ms);
    const is_held = ({ room, at }) => this.history.head_of(room) - (at?.offset ?? 0) <= this.held;
    while (stays_away && !this.is_ending && [...this.channels.values()].some(is_held)) {
      await pause(20);
    }
    if (!this.is_over) await this.connect();
  }

  end_session(channel, how) {
    if (channel.session) channel.session.end = how;
    channel.session = null;
  }

  /// Asks to resume where there is a position; `asked` overrides.
  join(channel, asked = channel.at ? { resume: { ...channel.at } } : {}) {
    if (!this.line?.is_open || channel.joining) return;
    channel.is_wanted = true;
    const about = { what: "join", channel, asked };
    channel.joining = this.line.ask("phx_join", { topic: channel.room, payload: asked }, about);
  }

  can_ask({ session, joining, is_wanted }) {
    return this.line?.is_open && session && !joining && is_wanted;
  }

  leave(channel) {
    if (!this.can_ask(channel)) return;
    channel.is_wanted = false;
    const { room, join_ref } = channel;
    this.line.ask("phx_leave", { topic: room, payload: {}, join_ref }, { what: "leave", channel });
  }

  push(channel, bytes, event = "msg") {
    if (!this.can_ask(channel)) return;
    if (this.line.asked.size >= unanswered_max) return;
    const push = this.record_push(channel, bytes, event);
    const { room, join_ref } = channel;
    const payload = History.payload_of(push);
    this.line.ask(event, { topic: room, payload, join_ref }, { what: "push", channel, push });
  }

  record_push({ room, session, pushes }, bytes, event) {
    const n = (pushes.count += 1);
    return this.history.push({ client: this.id, room, n, bytes, event, session });
  }

  push_half(channel, bytes, share) {
    if (!this.can_ask(channel)) return;
    const push = this.record_push(channel, bytes, "msg");
    push.is_half = true;
    this.history.count("cuts_within_a_push");
    const { room, join_ref } = channel;
    this.line.cut_within({ topic: room, payload: History.payload_of(push), join_ref }, share);
  }

  cut(how = "cuts") {
    if (!this.line?.is_open) return;
    this.history.count(how);
    this.line.cut();
  }

  /// Is cut in what comes after so many bytes more.
  cut_after(bytes) {
    const { line } = this;
    if (!line?.is_open) return;
    line.after_bytes(bytes, () => this.line === line && this.cut("cuts_within_what_comes"));
  }

  took({ topic, event, ref, join_ref, payload, position }) {
    if (event === "phx_reply") return this.took_reply(ref, payload);
    const channel = this.channels.get(topic);
    const is_error = event === "phx_error" && (join_ref ?? ref) === channel.join_ref;
    if (is_error) this.crashed(channel);
    if (event === "msg") this.took_event(channel, unwrap(payload), position);
  }

  took_reply(ref, { status, response }) {
    const about = this.line.answered(ref);
    if (!about) return this.history.stray(`${this.name} got a reply to ${ref}, not asked`);
    if (about.what === "join") this.joined(about, ref, status, response);
    if (about.what === "leave") this.left(about.channel);
    if (about.what === "push") this.history.answered(about.push, status, response);
  }

  left(channel) {
    this.history.count("leaves");
    this.end_session(channel, "left");
  }

  joined({ channel, asked }, ref, status, response) {
    channel.joining = null;
    if (status !== "ok") {
      this.end_session(channel, "refused");
      this.history.count("joins_refused");
      return this.join_soon(channel);
    }
    if (channel.session) this.history.count("joins_over");
    this.end_session(channel, "joined again");
    channel.join_ref = ref;
    const { room } = channel;
    const about = { client: this.id, name: this.name, room, asked, joined: response };
    channel.session = this.history.session({ ...about, form: this.form, known: channel.known });
    channel.known = Math.max(channel.known, response.offset);
    this.stand_at_join(channel);
  }

  /// Its own position: that of the last event it got. Without positions on the wire it counts from
  /// the reply, and takes the epoch of what it missed to be the one it resumed from.
  stand_at_join(channel) {
    const { asked, joined, start } = channel.session;
    if (joined.recovered === false) this.history.count("not_recovered");
    if (asked.resume && joined.recovered) return this.history.count("recovered");
    channel.at = start === joined.offset ? { epoch: joined.epoch, offset: start } : null;
  }

  took_event(channel, payload, position) {
    const { session } = channel;
    if (!session) return this.history.stray(`${this.name} got an event of ${channel.room} outside`);
    const push = this.history.push_of(channel.room, payload, this.name);
    const offset = session.start + session.deliveries.length + 1;
    session.deliveries.push({ push, position });
    if (push && push.session === session && !push.outcome) {
      this.history.stray(`${this.name} got its own ${push.id} before the reply`);
    }
    if (position) {
      channel.at = position;
    } else if (offset >= session.joined.offset) {
      channel.at = { epoch: session.joined.epoch, offset };
    } else if (channel.at) {
      channel.at = { epoch: channel.at.epoch, offset };
    }
  }

  crashed(channel) {
    this.history.count("crashes_seen");
    this.end_session(channel, "crashed");
    this.join_soon(channel);
  }

  join_soon(channel) {
    const { line } = this;
    setTimeout(() => this.line === line && this.join(channel), this.random.between(0, 30));
  }

  /// Does what `step` does, again and again, until it is told to end; then comes to rest.
  async run(step) {
    while (!this.is_ending) {
      await step(this);
      await pause(this.random.between(10, 60));
    }
    this.line?.resume();
  }

  /// In every room, nothing waits for an answer.
  is_settled() {
    if (!this.line?.is_open || this.line.asked.size > 0) return false;
    for (const channel of this.channels.values()) {
      if (!channel.session || channel.joining) {
        this.join(channel);
        return false;
      }
    }
    return true;
  }

  end() {
    this.is_over = true;
    this.line?.socket.terminate();
  }
}

const new_channel = (room) => ({
  room,
  pushes: { count: 0 },
  is_wanted: true,
  session: null,
  joining: null, // the ref of a join that is not answered
  join_ref: null,
  at: null,
  known: 0, // the greatest offset of the room that it has been told
});
