// SPDX-License-Identifier: Apache-2.0
// A member of a room in any wire format: one interface for V1, V2 text and V2 binary.
import assert from "node:assert/strict";
import { binary_broadcast, binary_push, parse, Raw } from "./raw.mjs";

/// Every wire format: the codec, and whether broadcasts carry positions.
export const forms = ["v1", "v2", "binary"].flatMap((codec) => [
  { codec, positions: false },
  { codec, positions: true },
]);

export const named = ({ codec, positions }) => `${codec}${positions ? " with positions" : ""}`;

export const connect_options = ({ codec, positions }) => ({
  vsn: codec === "v1" ? "1.0.0" : "2.0.0",
  query: positions ? "&positions=true" : "",
});

/// The numbers from `first` to `last`.
export const count_to = (last, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

const utf8 = (bytes) => bytes.toString("utf8");

/// Decodes kinds 2 and 5; the payload stays bytes.
function decode_binary(frame) {
  const [kind, topic_bytes, event_bytes] = frame;
  assert.ok(kind === 2 || kind === 5, `kind ${kind}`);
  let at = kind === 5 ? 4 : 3;
  const take = (bytes) => frame.subarray(at, (at += bytes));
  const topic = utf8(take(topic_bytes));
  const event = utf8(take(event_bytes));
  const position = kind === 5 ? JSON.parse(utf8(take(frame[3]))) : undefined;
  return { join_ref: null, ref: null, topic, event, payload: frame.subarray(at), position };
}

/// Decodes a frame of any format to {join_ref, ref, topic, event, payload, position}, without the
/// time of an event.
export function decode(frame) {
  const found = parse(frame);
  if (Buffer.isBuffer(found)) return decode_binary(found);
  if (!Array.isArray(found)) return { join_ref: undefined, position: undefined, ...found };
  const [join_ref, ref, topic, event, payload, position] = found;
  return { join_ref, ref, topic, event, payload, position };
}

/// Encodes a frame as a client of this codec sends it. A Buffer is sent unchanged; the codec
/// "binary" sends the JSON of each push as bytes.
export function encode(codec, { join_ref, ref, topic, event, payload }) {
  if (codec === "v1") return JSON.stringify({ topic, event, payload, ref, join_ref });
  const is_bytes = Buffer.isBuffer(payload);
  if (!is_bytes && (codec === "v2" || event.startsWith("phx_"))) {
    return JSON.stringify([join_ref, ref, topic, event, payload]);
  }
  const data = is_bytes ? payload : JSON.stringify(payload);
  return binary_push(join_ref, ref, topic, event, data);
}

/// The frame of a broadcast, as Raw.next() returns it; `position` only if the form shows it.
export function broadcast({ codec, positions }, { topic, event, payload, position }) {
  const is_bytes = Buffer.isBuffer(payload);
  if (codec === "v1") {
    const shown = is_bytes ? { payload_base64: payload.toString("base64") } : payload;
    const placed = positions ? { position } : {};
    return { topic, event, payload: shown, ref: null, ...placed };
  }
  if (!is_bytes) return [null, null, topic, event, payload, ...(positions ? [position] : [])];
  if (!positions) return binary_broadcast(topic, event, payload);
  const names = [topic, event, JSON.stringify(position)].map((name) => Buffer.from(name));
  const lengths = names.map((name) => name.length);
  return Buffer.concat([Buffer.from([5, ...lengths]), ...names, payload]);
}

/// The JSON that a member pushed, whether it arrives as an object, as bytes or as base64.
export function unwrap(payload) {
  if (Buffer.isBuffer(payload)) return JSON.parse(utf8(payload));
  const { payload_base64 } = payload;
  return payload_base64 === undefined ? payload : unwrap(Buffer.from(payload_base64, "base64"));
}

export class Member {
  static async open(server, form = { codec: "v2", positions: true }) {
    return new Member(await Raw.open(server, connect_options(form)), form);
  }

  /// Opens and joins; the reply is in `joined`.
  static async join(server, topic, { form, payload } = {}) {
    const member = await Member.open(server, form);
    await member.join(topic, payload);
    return member;
  }

  constructor(raw, form) {
    this.raw = raw;
    this.form = form;
    this.refs = 0;
    this.join_ref = null;
    this.topic = null;
  }

  send(event, payload, topic = this.topic) {
    const ref = `${(this.refs += 1)}`;
    if (event === "phx_join") this.join_ref = ref;
    const message = { join_ref: this.join_ref, ref, topic, event, payload };
    this.raw.send(encode(this.form.codec, message));
    return ref;
  }

  async next() {
    return decode(await this.raw.next_raw());
  }

  /// The next frame must be the reply to `ref`: {status, response}.
  async answer(ref) {
    const { topic, event, payload, ...frame } = await this.next();
    assert.equal(event, "phx_reply", `${event} ${JSON.stringify(payload)}`.slice(0, 200));
    assert.deepEqual([frame.ref, topic], [ref, this.topic]);
    if (this.form.codec !== "v1") assert.equal(frame.join_ref, this.join_ref);
    return payload;
  }

  async ok(ref) {
    const { status, response } = await this.answer(ref);
    assert.equal(status, "ok", JSON.stringify(response));
    return response;
  }

  async error(ref) {
    const { status, response } = await this.answer(ref);
    assert.equal(status, "error", JSON.stringify(response));
    return response;
  }

  async join(topic, payload = {}) {
    this.topic = topic;
    return (this.joined = await this.ok(this.send("phx_join", payload)));
  }

  /// Pushes, and returns the position in the reply, which must be the next frame.
  async push(event, payload) {
    return this.ok(this.send(event, payload));
  }

  /// Pushes, skips all frames before the reply, and returns its position.
  async say(event, payload) {
    const ref = this.send(event, payload);
    for (;;) {
      const { event: name, ref: to, payload: answer } = await this.next();
      if (name !== "phx_reply" || to !== ref) continue;
      assert.equal(answer.status, "ok", JSON.stringify(answer.response));
      return answer.response;
    }
  }

  /// The next frame must be this event; returns it decoded.
  async event(name) {
    const frame = await this.next();
    assert.equal(frame.event, name, JSON.stringify(frame).slice(0, 300));
    assert.equal(frame.topic, this.topic);
    return frame;
  }

  /// The next `count` frames must be events of this name; returns their payloads.
  async events(name, count) {
    const found = [];
    while (found.length < count) found.push(unwrap((await this.event(name)).payload));
    return found;
  }

  /// Checks that no frame of the topic is on its way: the next one answers a push sent now.
  async assert_silent({ echo = true } = {}) {
    await this.push("silence", {});
    if (echo) await this.event("silence");
  }

  /// All frames up to the next event `name`, which is the last of them.
  async until_event(name) {
    const found = [];
    do found.push(await this.next());
    while (found.at(-1).event !== name);
    return found;
  }

  async leave() {
    assert.deepEqual(await this.ok(this.send("phx_leave", {})), {});
    await this.event("phx_close");
  }

  close() {
    this.raw.close();
  }
}
