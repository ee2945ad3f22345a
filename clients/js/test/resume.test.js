// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { lastPosition, positionOf, resumable, withPositions } from "../src/roost-phoenix.js";
import { FakeServer } from "./fake_server.js";
import { Socket } from "./phoenix.js";

const topic = "room:a";
const sockets = [];
afterEach(() => sockets.splice(0).forEach((socket) => socket.disconnect()));

function joined({ params = {}, reply = { epoch: "e", offset: 0 }, ...options } = {}) {
  const server = new FakeServer();
  const at_once = { reconnectAfterMs: () => 0, rejoinAfterMs: () => 0, timeout: 2_000 };
  const given = withPositions({ transport: server.transport, ...at_once });
  const socket = new Socket("ws://x/socket", given);
  sockets.push(socket);
  const seen = { heard: [], recovered: [], lost: [] };
  const channel = resumable(socket, topic, params, {
    onRecovered: (missed) => seen.recovered.push([missed, seen.heard.length]),
    onLost: (found, before) => seen.lost.push([found, before]),
    ...options,
  });
  channel.on("msg", (payload) => seen.heard.push(payload.n));
  channel.join();
  socket.connect();
  server.open();
  if (reply) server.reply("phx_join", reply);
  const msg = (n, epoch = "e", offset = n) => server.event(topic, "msg", { n }, epoch, offset);
  const params_sent = () => server.requests("phx_join").at(-1)[4];
  return { server, socket, channel, seen, msg, params_sent };
}

async function cut({ server }, code) {
  const count = server.lines.length;
  server.cut(code);
  while (server.lines.length === count) await new Promise((done) => setTimeout(done, 1));
  server.open();
}

test("the first join requests history and keeps the params", () => {
  const { params_sent } = joined({ params: { token: "t" }, history: 50, reply: null });
  assert.deepEqual(params_sent(), { token: "t", history: 50 });
});

test("a join without missed events starts at the reply's position", () => {
  const { channel } = joined({ reply: { epoch: "e", offset: 4 } });
  assert.deepEqual(lastPosition(channel), { epoch: "e", offset: 4 });
});

test("a rejoin resumes from the epoch and offset of the last event, with new params", async () => {
  let token = 0;
  const room = joined({ params: () => ({ token: ++token }) });
  room.msg(1);
  room.msg(2, "f");
  await cut(room);
  assert.deepEqual(room.params_sent(), { token: 2, resume: { epoch: "f", offset: 2 } });
});

test("events with primitive payloads move the position and count as missed", async () => {
  const room = joined();
  room.channel.on("odd", () => {});
  const odd = (payload, offset) => room.server.event(topic, "odd", payload, "e", offset);
  ["text", null].forEach((payload, index) => odd(payload, index + 1));
  assert.deepEqual(lastPosition(room.channel), { epoch: "e", offset: 2 });
  await cut(room);
  assert.deepEqual(room.params_sent().resume, { epoch: "e", offset: 2 });
  room.server.reply("phx_join", { epoch: "e", offset: 4, recovered: true, missed: 2 });
  odd(7, 3);
  assert.equal(room.seen.recovered.length, 0);
  odd(null, 4);
  assert.deepEqual(room.seen.recovered, [[2, 0]]);
});

test("onRecovered is called even if a handler throws", async () => {
  const room = joined();
  room.channel.on("bad", () => assert.fail("from the test"));
  await cut(room);
  room.server.reply("phx_join", { epoch: "e", offset: 1, recovered: true, missed: 1 });
  assert.throws(() => room.server.event(topic, "bad", {}, "e", 1), /from the test/);
  assert.deepEqual(room.seen.recovered, [[1, 0]]);
});

test("an event without a position does not move it", () => {
  const { server, channel } = joined();
  server.send([null, null, topic, "typing", {}]);
  assert.deepEqual(lastPosition(channel), { epoch: "e", offset: 0 });
});

test("handlers can read the position of an event", () => {
  const { channel, msg } = joined();
  const found = [];
  channel.on("msg", (payload) => found.push(positionOf(payload), lastPosition(channel)));
  msg(1);
  assert.deepEqual(found, Array(2).fill({ epoch: "e", offset: 1 }));
});

test("history moves the position event by event, not by the reply", async () => {
  const reply = { epoch: "e", offset: 9, recovered: true, missed: 2 };
  const room = joined({ history: 2, reply });
  assert.equal(lastPosition(room.channel), null);
  room.msg(8);
  await cut(room);
  assert.deepEqual(room.params_sent().resume, { epoch: "e", offset: 8 });
  assert.deepEqual(room.seen.recovered, []);
});

test("onRecovered is called after the last missed event", async () => {
  const room = joined();
  room.msg(1);
  await cut(room);
  room.server.reply("phx_join", { epoch: "e", offset: 3, recovered: true, missed: 2 });
  room.msg(2);
  assert.deepEqual(room.seen.recovered, []);
  room.msg(3);
  assert.deepEqual(room.seen.recovered, [[2, 3]]);
  room.msg(4);
  assert.deepEqual(room.seen.heard, [1, 2, 3, 4]);
  assert.equal(room.seen.recovered.length, 1);
});

test("a cut among the missed events resumes from the last, and counts all of them", async () => {
  const room = joined();
  await cut(room);
  room.server.reply("phx_join", { epoch: "e", offset: 3, recovered: true, missed: 3 });
  room.msg(1);
  await cut(room);
  assert.deepEqual(room.params_sent().resume, { epoch: "e", offset: 1 });
  room.server.reply("phx_join", { epoch: "f", offset: 3, recovered: true, missed: 2 });
  room.msg(2);
  room.msg(3);
  assert.deepEqual(room.seen.recovered, [[3, 3]]);
});

test("without missed events, onRecovered is called on the reply, whose epoch is used", async () => {
  const room = joined();
  await cut(room);
  room.server.reply("phx_join", { epoch: "f", offset: 0, recovered: true, missed: 0 });
  assert.deepEqual(room.seen.recovered, [[0, 0]]);
  assert.deepEqual(lastPosition(room.channel), { epoch: "f", offset: 0 });
});

test("onLost is called if the server cannot recover, and the position restarts", async () => {
  const room = joined();
  room.msg(5);
  await cut(room);
  const reply = { epoch: "g", offset: 1, recovered: false, missed: 0 };
  room.server.reply("phx_join", reply);
  assert.deepEqual(room.seen.lost, [[reply, { epoch: "e", offset: 5 }]]);
  assert.deepEqual(lastPosition(room.channel), { epoch: "g", offset: 1 });
  room.msg(2, "g");
  assert.deepEqual(room.seen.heard, [5, 2]);
  await cut(room);
  assert.deepEqual(room.params_sent().resume, { epoch: "g", offset: 2 });
});

test("onLost is called if the server ignores the resume", async () => {
  const room = joined();
  await cut(room);
  room.server.reply("phx_join", { epoch: "h", offset: 0 });
  assert.equal(room.seen.lost.length, 1);
});

test("an event that an earlier join delivered is not handled twice", async () => {
  const room = joined();
  room.msg(1);
  room.msg(2, "f");
  room.msg(1);
  room.msg(2, "f");
  assert.deepEqual(room.seen.heard, [1, 2]);
  assert.deepEqual(lastPosition(room.channel), { epoch: "f", offset: 2 });
});

test("a duplicate among the missed events still counts as received", async () => {
  const room = joined();
  await cut(room);
  room.msg(1);
  room.server.reply("phx_join", { epoch: "e", offset: 1, recovered: true, missed: 1 });
  room.msg(1);
  assert.deepEqual(room.seen.heard, [1]);
  assert.equal(room.seen.recovered.length, 1);
});

test("a refused join changes nothing", async () => {
  const room = joined();
  room.msg(1);
  await cut(room);
  room.server.reply("phx_join", { reason: "room full", code: 1 }, "error");
  assert.deepEqual(lastPosition(room.channel), { epoch: "e", offset: 1 });
});

test("another page continues from a stored position", () => {
  const position = { epoch: "e", offset: 7 };
  const { params_sent } = joined({ position, reply: null });
  assert.deepEqual(params_sent(), { resume: position });
});

test("a topic is not tracked after a leave", () => {
  const { server, socket, channel } = joined();
  channel.leave();
  const found = [];
  socket.channel(topic).on("msg", ({ n }) => found.push(n));
  server.event(topic, "msg", { n: 1 }, "e", 0);
  assert.deepEqual(found, [1]);
});

test("a socket that decodes no positions is refused", () => {
  const socket = new Socket("ws://x", { transport: class {} });
  assert.throws(() => resumable(socket, topic), /withPositions/);
});
