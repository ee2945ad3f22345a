// SPDX-License-Identifier: Apache-2.0
// The add-on in clients/js, with the official client, against the real server.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { Socket } from "phoenix";
import {
  connect,
  jittered,
  lastPosition,
  positionOf,
  pushOnce,
  resumable,
} from "../../clients/js/src/roost-phoenix.js";
import { recording_transport } from "./clients.mjs";
import { count_to } from "./member.mjs";
import { Server, until } from "./server.mjs";

const config = {
  rooms: [
    { match: "tiny:*", history: { events_max: 5 }, idempotency_field: "id" },
    {
      match: "room:*",
      history: { events_max: 1000 },
      idempotency_field: "id",
      ephemeral: ["typing"],
    },
  ],
};
let server;
let next_room = 0;
const sockets = [];
before(async () => (server = await Server.start({ config })));
after(() => server.end());
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.disconnect();
});

const fresh_topic = (kind = "room") => `${kind}:${++next_room}`;

/// A member with its own connection. `lines` are its WebSockets; cut() breaks the newest.
async function member(topic, { at = server, ...options } = {}) {
  const { transport, lines } = recording_transport();
  const soon = jittered({ firstMs: 20, maxMs: 200 });
  const times = { reconnectAfterMs: soon, rejoinAfterMs: soon, timeout: 10_000 };
  const socket = connect(Socket, at.ws_url, { transport, ...times, ...options.socket });
  sockets.push(socket);
  const received = { events: [], recovered: [], lost: [], joins: [] };
  const channel = resumable(socket, topic, options.params, {
    onRecovered: (missed) => received.recovered.push(missed),
    onLost: (reply, before) => received.lost.push({ reply, before }),
    ...options,
  });
  channel.on("msg", (payload) => received.events.push(payload));
  channel.join().receive("ok", (reply) => received.joins.push(reply));
  await until(() => received.joins.length === 1, "the join");
  return { socket, channel, received, lines, cut: () => lines.at(-1).terminate() };
}

const numbers = ({ received }) => received.events.map(({ n }) => n);

async function push_all(member, numbers) {
  for (const n of numbers) await pushOnce(member.channel, "msg", { n });
}

/// Cuts the member's connection, runs `meanwhile` before it can reconnect, and waits for the join.
async function while_cut(member, meanwhile) {
  const joins = member.received.joins.length;
  let open;
  const gate = new Promise((done) => (open = done));
  const { transport } = member.socket;
  member.socket.transport = class {
    constructor() {
      this.readyState = 3;
      gate.then(() => this.onclose?.({ code: 1006 }));
    }
    close() {}
  };
  member.cut();
  await until(() => !member.socket.isConnected(), "the cut");
  await meanwhile();
  member.socket.transport = transport;
  open();
  await until(() => member.received.joins.length > joins, "the next join");
}

test("missed events arrive in order and once, and their number is reported", async () => {
  const topic = fresh_topic();
  const [a, b] = [await member(topic), await member(topic)];
  await push_all(b, [1, 2]);
  await until(() => a.received.events.length === 2, "two events");
  await while_cut(a, () => push_all(b, count_to(30, 3)));
  await until(() => a.received.recovered.length === 1, "recovered");
  assert.deepEqual(a.received.recovered, [28]);
  assert.deepEqual(numbers(a), count_to(30));
  await push_all(b, [31]);
  await until(() => a.received.events.length === 31, "the live event");
  assert.deepEqual(numbers(a), count_to(31));
  assert.deepEqual(a.received.lost, []);
});

test("a member that is cut repeatedly receives every event in order and once", async () => {
  const topic = fresh_topic();
  const [a, b] = [await member(topic), await member(topic)];
  a.channel.on("msg", ({ n }) => n % 7 === 0 && a.cut());
  // It receives each ten events before the next ten are pushed, so it is cut within each ten.
  for (let n = 1; n <= 200; n += 10) {
    await push_all(b, count_to(n + 9, n));
    await until(() => a.received.events.length >= n + 9, () => `${n + 9}, got ${numbers(a)}`);
  }
  assert.deepEqual(numbers(a), count_to(200));
  assert.ok(a.lines.length > 5, `${a.lines.length} connections`);
  assert.deepEqual(a.received.lost, []);
});

test("a rejoin that missed nothing counts as recovered", async () => {
  const topic = fresh_topic();
  const a = await member(topic);
  await push_all(a, [1]); // a room without events ends with its last member
  await until(() => a.received.events.length === 1, "its own event");
  await while_cut(a, async () => {});
  assert.deepEqual(a.received.recovered, [0]);
});

test("binary payloads carry positions and resume", async () => {
  const topic = fresh_topic();
  const [a, b] = [await member(topic), await member(topic)];
  const push = (byte) =>
    new Promise((done) => {
      b.channel.push("msg", Uint8Array.of(byte).buffer).receive("ok", done);
    });
  const first = await push(1);
  await until(() => a.received.events.length === 1, "a binary event");
  assert.ok(a.received.events[0] instanceof ArrayBuffer);
  const { time, ...placed } = positionOf(a.received.events[0]);
  assert.deepEqual(placed, first);
  assert.ok(Math.abs(Date.now() - time) < 3_600_000, `${time}`);
  assert.deepEqual(lastPosition(a.channel), first);
  await while_cut(a, () => push(2));
  await until(() => a.received.recovered.length === 1, "recovered");
  assert.deepEqual(a.received.events.map((data) => new Uint8Array(data)[0]), [1, 2]);
});

test("a first join receives the requested number of past events", async () => {
  const topic = fresh_topic();
  const b = await member(topic);
  await push_all(b, count_to(20));
  const a = await member(topic, { history: 5 });
  assert.equal(a.received.joins[0].missed, 5);
  await until(() => a.received.events.length === 5, "the history");
  assert.deepEqual(numbers(a), count_to(20, 16));
  assert.deepEqual(lastPosition(a.channel), lastPosition(b.channel));
});

test("another page continues where one stopped", async () => {
  const topic = fresh_topic();
  const [a, b] = [await member(topic), await member(topic)];
  await push_all(b, [1, 2]);
  await until(() => a.received.events.length === 2, "two events");
  const position = lastPosition(a.channel);
  a.socket.disconnect();
  await push_all(b, [3, 4]);
  const next = await member(topic, { position });
  await until(() => next.received.recovered.length === 1, "recovered");
  assert.deepEqual(numbers(next), [3, 4]);
});

test("trimmed events are reported as lost, and the history arrives", async () => {
  const topic = fresh_topic("tiny");
  const [a, b] = [await member(topic, { history: 50 }), await member(topic)];
  await push_all(b, [1]);
  await until(() => a.received.events.length === 1, "one event");
  const before = lastPosition(a.channel);
  await while_cut(a, () => push_all(b, count_to(20, 2)));
  await until(() => a.received.events.length === 6, () => `the history, got ${numbers(a)}`);
  assert.deepEqual(numbers(a), [1, ...count_to(20, 16)]);
  assert.equal(a.received.lost.length, 1);
  assert.deepEqual(a.received.lost[0].before, before);
  assert.deepEqual(a.received.recovered, []);
});

test("ephemeral events do not move the position", async () => {
  const topic = fresh_topic();
  const [a, b] = [await member(topic), await member(topic)];
  await push_all(b, [1]);
  await until(() => a.received.events.length === 1, "one event");
  const before = lastPosition(a.channel);
  const typing = new Promise((done) => a.channel.on("typing", done));
  b.channel.push("typing", { id: 1 });
  assert.equal(positionOf(await typing), undefined);
  assert.deepEqual(lastPosition(a.channel), before);
});

test("a push with a known id is answered with the position of the first push", async () => {
  const topic = fresh_topic();
  const [a, b] = [await member(topic), await member(topic)];
  const first = await pushOnce(b.channel, "msg", { n: 1, id: "x" });
  assert.deepEqual(await pushOnce(a.channel, "msg", { n: 2, id: "x" }), first);
  await push_all(b, [3]);
  await until(() => numbers(a).at(-1) === 3, "the last event");
  assert.deepEqual(numbers(a), [1, 3]);
});

test("pushes whose replies were lost in a cut are applied once", async () => {
  const topic = fresh_topic();
  const [a, b] = [await member(topic), await member(topic)];
  const total = 30;
  const found = [];
  for (const n of count_to(total)) {
    const push = pushOnce(b.channel, "msg", { n });
    if (n % 3 === 0) {
      // The push is sent before the connection breaks; the reply may or may not arrive.
      setImmediate(b.cut);
    }
    found.push(await push);
  }
  await until(() => a.received.events.length >= total, () => `${total}, got ${numbers(a)}`);
  assert.deepEqual(numbers(a), count_to(total));
  assert.deepEqual(found.map(({ offset }) => offset), count_to(total));
});

test("a restart without a store is reported as lost, and the room continues", async (t) => {
  const other = await Server.start({ config, t });
  const a = await member(fresh_topic(), { at: other });
  await push_all(a, [1, 2]);
  await until(() => a.received.events.length === 2, "two events");
  await other.stop();
  await until(() => !a.socket.isConnected(), "the close");
  await other.restart({ t });
  await until(() => a.received.lost.length === 1, "lost");
  const [{ reply, before }] = a.received.lost;
  assert.equal(reply.recovered, false);
  assert.notEqual(reply.epoch, before.epoch);
  await push_all(a, [3]);
  await until(() => a.received.events.length === 3, "the event after the restart");
  assert.deepEqual(numbers(a), [1, 2, 3]);
  assert.deepEqual(lastPosition(a.channel), { epoch: reply.epoch, offset: 1 });
});
