// SPDX-License-Identifier: Apache-2.0
// A WebSocket client that sends and returns exact frames, and sends nothing by itself.
import assert from "node:assert/strict";
import WebSocket from "ws";

const wait_ms_max = 30_000;
const answer_ms_max = 30_000;

export class Raw {
  static async open(server, { vsn = "2.0.0", query = "", headers = {}, protocols = [] } = {}) {
    const version = vsn === null ? "" : `vsn=${vsn}`;
    const url = `${server.ws_url}/websocket?${version}${query}`;
    const raw = new Raw(new WebSocket(url, protocols, { headers, perMessageDeflate: false }));
    await raw.opened;
    return raw;
  }

  constructor(socket) {
    this.socket = socket;
    this.frames = [];
    this.waiters = [];
    this.end = null;
    socket.on("message", (data, is_binary) => this.on_frame(is_binary ? data : data.toString()));
    this.opened = new Promise((done, fail) => {
      socket.on("open", done);
      socket.on("error", fail);
    });
    this.opened.catch(() => {});
    this.closed = new Promise((done) => {
      socket.on("close", (code, reason) => {
        this.end = { code, reason: reason.toString() };
        this.waiters.splice(0).forEach((wake) => wake());
        done(this.end);
      });
    });
  }

  on_frame(frame) {
    this.frames.push(frame);
    this.waiters.splice(0).forEach((wake) => wake());
  }

  /// Sends strings and Buffers unchanged, everything else as JSON text.
  send(frame) {
    const is_encoded = typeof frame === "string" || Buffer.isBuffer(frame);
    this.socket.send(is_encoded ? frame : JSON.stringify(frame));
  }

  /// The next frame, unparsed: a string for text, a Buffer for binary.
  async next_raw() {
    const end = Date.now() + wait_ms_max;
    while (this.frames.length === 0) {
      if (this.end) assert.fail(`closed with ${this.end.code} instead of a frame`);
      const left = end - Date.now();
      if (left <= 0) assert.fail(`no frame in ${wait_ms_max} ms`);
      await this.next_wake(left);
    }
    return this.frames.shift();
  }

  next_wake(ms) {
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      this.waiters.push(() => (clearTimeout(timer), done()));
    });
  }

  /// The next frame, without the time of an event.
  async next() {
    return parse(await this.next_raw());
  }

  async exchange(frame) {
    this.send(frame);
    return this.next();
  }

  /// Joins in V2 and returns the position in the reply.
  async join(topic, join_ref = "1", ref = join_ref, payload = {}) {
    const [...reply] = await this.exchange([join_ref, ref, topic, "phx_join", payload]);
    return ok_position(reply, [join_ref, ref, topic]);
  }

  /// Checks that no frame is on its way: the next frame must answer a push sent now.
  async assert_silent(topic, join_ref) {
    const reply = await this.exchange([join_ref, "after", topic, "silence", {}]);
    ok_position(reply, [join_ref, "after", topic]);
    assert.deepEqual((await this.next()).slice(0, 4), [null, null, topic, "silence"]);
  }

  async assert_alive() {
    const reply = await this.exchange(["x", "alive", "phoenix", "heartbeat", {}]);
    assert.deepEqual(reply, heartbeat_reply("alive"));
  }

  async assert_closed(code) {
    const late = new Promise((done) => setTimeout(done, wait_ms_max, "still open").unref());
    const end = await Promise.race([this.closed, late]);
    assert.equal(end.code ?? end, code, `closed with ${JSON.stringify(end)}`);
  }

  close() {
    this.socket.terminate();
  }
}

/// The HTTP status of an upgrade request: 101, or that of the refusal. Fails if the connection
/// closes without a response, and if no response comes.
export async function upgrade_status(server, path, options = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, options.protocols ?? [], {
    headers: options.headers ?? {},
    handshakeTimeout: answer_ms_max,
  });
  return new Promise((done, fail) => {
    socket.on("error", (error) => fail(new Error(`${error.message}: ${server.output()}`)));
    socket.on("open", () => (done(101), socket.terminate()));
    socket.on("unexpected-response", (request, response) => {
      done(response.statusCode);
      request.destroy();
    });
  });
}

export const heartbeat_reply = (ref) => [
  null,
  ref,
  "phoenix",
  "phx_reply",
  { status: "ok", response: {} },
];

export const error_reply = (join_ref, ref, topic, reason, code) => [
  join_ref,
  ref,
  topic,
  "phx_reply",
  { status: "error", response: { reason, code } },
];

export const ok_reply = (join_ref, ref, topic) => [
  join_ref,
  ref,
  topic,
  "phx_reply",
  { status: "ok", response: {} },
];

/// Checks that `frame` is an ok reply {epoch, offset} to [join_ref, ref, topic], and returns the
/// position.
export function ok_position(frame, head) {
  assert.deepEqual(frame.slice(0, 4), [...head, "phx_reply"], `frame ${JSON.stringify(frame)}`);
  assert.equal(frame.length, 5);
  assert.deepEqual(Object.keys(frame[4]).sort(), ["response", "status"]);
  assert.equal(frame[4].status, "ok", `frame ${JSON.stringify(frame)}`);
  return position(frame[4].response);
}

/// Every byte value once.
export const every_byte = Buffer.from(Array.from({ length: 256 }, (_, n) => n));

/// Checks that `found` is a position {epoch, offset}, and returns it.
export function position(found) {
  assert.deepEqual(Object.keys(found).sort(), ["epoch", "offset"], JSON.stringify(found));
  assert.equal(typeof found.epoch, "string");
  assert.ok(Number.isSafeInteger(found.offset) && found.offset >= 0, JSON.stringify(found));
  return found;
}

/// Checks that `found` is a position with the time of an event, and returns it without the time,
/// since no test can know it.
function without_time({ time, ...found }) {
  assert.ok(Math.abs(Date.now() - time) < 3_600_000, `the time of an event is ${time}`);
  return found;
}

/// The parts of a binary frame of kind 5 around the position, and the position.
function around_position(frame) {
  const end = 4 + frame[1] + frame[2] + frame[3];
  const text = frame.subarray(end - frame[3], end).toString();
  return [frame.subarray(0, end - frame[3]), JSON.parse(text), frame.subarray(end)];
}

/// A frame as the server sent it: JSON is parsed, and the time of an event is checked and removed.
export function parse(frame) {
  if (typeof frame !== "string") {
    if (frame[0] !== 5) return frame;
    const [names, placed, data] = around_position(frame);
    const position = Buffer.from(JSON.stringify(without_time(placed)));
    const head = Buffer.from([...names.subarray(0, 3), position.length]);
    return Buffer.concat([head, names.subarray(4), position, data]);
  }
  const found = JSON.parse(frame);
  if (found.position) return { ...found, position: without_time(found.position) };
  return found[5] ? [...found.slice(0, 5), without_time(found[5])] : found;
}

/// A binary frame of kind 0, as a client sends it.
export function binary_push(join_ref, ref, topic, event, data = Buffer.alloc(0)) {
  const names = [join_ref, ref, topic, event].map((name) => Buffer.from(name));
  const lengths = names.map((name) => name.length);
  return Buffer.concat([Buffer.from([0, ...lengths]), ...names, Buffer.from(data)]);
}

/// A binary frame of kind 2, as a server sends it.
export function binary_broadcast(topic, event, data) {
  const names = [topic, event].map((name) => Buffer.from(name));
  const lengths = names.map((name) => name.length);
  return Buffer.concat([Buffer.from([2, ...lengths]), ...names, Buffer.from(data)]);
}
