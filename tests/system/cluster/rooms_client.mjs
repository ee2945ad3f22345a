// SPDX-License-Identifier: Apache-2.0
// One connection to a node that is a member of many rooms. It notes what arrives and when, and
// never reconnects.
import { Line } from "../checker/line.mjs";
import { PresenceMerge } from "../checker/presence_merge.mjs";
import { sleep } from "../server.mjs";

const form = { codec: "v2", positions: true };
const retry_ms = 20;

const whos_of = (keys) =>
  Object.values(keys)
    .flatMap(({ metas }) => metas.map(({ who }) => who))
    .sort();

export class RoomsClient {
  /// Opens a connection and joins each topic, again and again until the answer is "ok". `who`: its
  /// name in presence.
  static async join(server, topics, who = "") {
    const client = new RoomsClient(server, topics, who);
    await client.line.opened;
    await Promise.all(topics.map((topic) => client.join(topic)));
    return client;
  }

  constructor(server, topics, who) {
    this.who = who;
    this.answers = new Map(); // by ref: the function that takes the answer
    this.ends = []; // of its channels and of its connection: {at_ms, topic, event}
    const channel = () => ({ presence: new PresenceMerge(), changes: [], events: [], epoch: "" });
    this.channels = new Map(topics.map((topic) => [topic, channel()]));
    this.line = new Line(server, form, {
      received: (message) => this.received(message),
      ended: (code) => this.ends.push({ at_ms: Date.now(), topic: "", event: `closed: ${code}` }),
    });
  }

  /// Sends a request; {status, response, at_ms} of its answer. Without an answer it never ends.
  request(event, topic, payload, join_ref) {
    const ref = this.line.send_request(event, { topic, payload, join_ref }, event);
    const answered = new Promise((done) => this.answers.set(ref, done));
    return answered.then((answer) => ({ ref, ...answer }));
  }

  async join(topic) {
    while ((await this.try_join(topic)).status !== "ok") await sleep(retry_ms);
  }

  /// Joins once; {status, response}.
  async try_join(topic) {
    const channel = this.channels.get(topic);
    const payload = { meta: { who: this.who } };
    const { ref, status, response } = await this.request("phx_join", topic, payload);
    if (status === "ok") {
      channel.join_ref = ref;
      this.is_at(channel, response);
    }
    return { status, response };
  }

  push(topic, payload, event = "msg") {
    return this.request(event, topic, payload, this.channels.get(topic).join_ref);
  }

  /// Pushes until the answer is "ok". `payload` has a value of the idempotency field.
  async say(topic, payload) {
    for (;;) {
      const answer = await this.push(topic, payload);
      if (answer.status === "ok") return { at_ms: answer.at_ms, ...answer.response };
      await sleep(retry_ms);
    }
  }

  received({ topic, event, ref, payload, position }) {
    const at_ms = Date.now();
    if (event === "phx_reply") {
      this.line.answered(ref);
      const done = this.answers.get(ref);
      this.answers.delete(ref);
      return done({ at_ms, ...payload });
    }
    if (topic === "phoenix") return;
    const channel = this.channels.get(topic);
    if (event.startsWith("presence_")) return this.presence_changed(channel, event, payload, at_ms);
    if (event !== "msg") return this.ends.push({ at_ms, topic, event });
    channel.events.push({ at_ms, payload, ...position });
    this.is_at(channel, position);
  }

  /// A new owner of a room sends the whole state; then the client computes what has changed.
  presence_changed({ presence, changes }, event, payload, at_ms) {
    const before = whos_of(presence.all);
    if (event === "presence_state") presence.state(payload);
    else presence.diff(payload);
    const after = whos_of(presence.all);
    const joins = after.filter((who) => !before.includes(who));
    const leaves = before.filter((who) => !after.includes(who));
    changes.push({ at_ms, event, joins, leaves });
  }

  is_at(channel, { epoch }) {
    channel.epoch = epoch;
  }

  /// Those that it sees in the room, by their names, in order.
  present(topic) {
    return whos_of(this.channels.get(topic).presence.all);
  }

  /// Forgets the changes of presence until now.
  forget_changes() {
    for (const channel of this.channels.values()) channel.changes = [];
  }

  close() {
    this.line.cut();
  }
}
