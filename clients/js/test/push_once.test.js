// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { PushError, pushOnce } from "../src/roost-phoenix.js";
import { FakeServer } from "./fake_server.js";
import { Socket } from "./phoenix.js";

const sockets = [];
afterEach(() => sockets.splice(0).forEach((socket) => socket.disconnect()));
const soon = { firstMs: 1, maxMs: 1 };

function joined() {
  const server = new FakeServer();
  const at_once = { reconnectAfterMs: () => 0, rejoinAfterMs: () => 0, timeout: 2_000 };
  const socket = new Socket("ws://x/socket", { transport: server.transport, ...at_once });
  sockets.push(socket);
  const channel = socket.channel("room:a");
  channel.join();
  socket.connect();
  server.open();
  server.reply("phx_join", {});
  return { server, socket, channel };
}

async function until(check) {
  for (const end = Date.now() + 5_000; !check(); ) {
    assert.ok(Date.now() < end, `never: ${check}`);
    await new Promise((done) => setTimeout(done, 1));
  }
}
const sent = (server, count) => until(() => server.requests("msg").length === count);
const ids = (server) => new Set(server.requests("msg").map((frame) => frame[4].id));

test("the result is the position, and the id is added to a copy of the payload", async () => {
  const { server, channel } = joined();
  const payload = { text: "a" };
  const push = pushOnce(channel, "msg", payload);
  server.reply("msg", { epoch: "e", offset: 1 });
  assert.deepEqual(await push, { epoch: "e", offset: 1 });
  assert.match(server.requests("msg")[0][4].id, /^[0-9a-f]{32}$/);
  assert.deepEqual(payload, { text: "a" });
});

test("an id from the caller is kept, in the idempotency field of the room", async () => {
  const { server, channel } = joined();
  pushOnce(channel, "msg", { key: 7 }, { field: "key" });
  assert.deepEqual(server.requests("msg")[0][4], { key: 7 });
  server.reply("msg", {});
});

for (const reason of ["unavailable", "unknown outcome", "rate limited", "draining"]) {
  test(`a push refused with "${reason}" is retried with the same id`, async () => {
    const { server, channel } = joined();
    const push = pushOnce(channel, "msg", {}, soon);
    server.reply("msg", { reason, code: 1 }, "error");
    await sent(server, 2);
    server.reply("msg", { epoch: "e", offset: 1 });
    assert.equal((await push).offset, 1);
    assert.equal(ids(server).size, 1);
  });
}

test("a timeout is retried", async () => {
  const { server, channel } = joined();
  const push = pushOnce(channel, "msg", {}, { ...soon, timeout: 5 });
  await until(() => server.requests("msg").length >= 2);
  server.reply("msg", { epoch: "e", offset: 1 });
  await push;
  assert.equal(ids(server).size, 1);
});

test("after a lost connection the push is resent once, after the next join", async () => {
  const { server, channel } = joined();
  const push = pushOnce(channel, "msg", { id: "x" });
  server.cut();
  await until(() => server.lines.length === 2);
  server.open();
  assert.equal(server.requests("msg").length, 0);
  server.reply("phx_join", {});
  await sent(server, 1);
  server.reply("msg", { epoch: "e", offset: 1 });
  assert.equal((await push).offset, 1);
  assert.equal(server.requests("msg").length, 1);
});

test("a push that is queued for a join is sent once, however often the network fails", async () => {
  const { server, channel } = joined();
  server.cut();
  const push = pushOnce(channel, "msg", {});
  for (const count of [2, 3]) {
    await until(() => server.lines.length === count);
    server.open();
    if (count === 2) server.cut();
  }
  server.reply("phx_join", {});
  await sent(server, 1);
  server.reply("msg", { epoch: "e", offset: 1 });
  await push;
});

test("a final error rejects at once, with reason and code", async () => {
  const { server, channel } = joined();
  const push = pushOnce(channel, "msg", {});
  server.reply("msg", { reason: "payload too large", code: 12 }, "error");
  await assert.rejects(push, (error) => {
    assert.ok(error instanceof PushError);
    assert.deepEqual([error.reason, error.code], ["payload too large", 12]);
    assert.equal(error.isUnsure, false);
    return true;
  });
  assert.equal(server.requests("msg").length, 1);
});

test("the number of retries can be limited", async () => {
  const { server, channel } = joined();
  const push = pushOnce(channel, "msg", {}, { ...soon, timeout: 2, retries: 2 });
  await assert.rejects(push, { reason: "timeout" });
  assert.equal(server.requests("msg").length, 3);
});

test("a push that may have been applied is not resent once its id may have expired", async (t) => {
  const { server, channel } = joined();
  const real = Date.now;
  t.after(() => (Date.now = real));
  const push = pushOnce(channel, "msg", {}, soon);
  Date.now = () => real() + 119_000;
  server.reply("msg", { reason: "unknown outcome", code: 1 }, "error");
  await assert.rejects(push, { reason: "unknown outcome", isUnsure: true });
  assert.equal(server.requests("msg").length, 1);
});

test("a push that was not applied is resent at any time", async (t) => {
  const { server, channel } = joined();
  const real = Date.now;
  t.after(() => (Date.now = real));
  const push = pushOnce(channel, "msg", {}, soon);
  Date.now = () => real() + 600_000;
  server.reply("msg", { reason: "unavailable", code: 1 }, "error");
  Date.now = real;
  await sent(server, 2);
  server.reply("msg", { epoch: "e", offset: 1 });
  await push;
});

test("a leave rejects the push", async () => {
  const { server, channel } = joined();
  const push = pushOnce(channel, "msg", {});
  channel.leave();
  server.reply("phx_leave", {});
  await assert.rejects(push, { reason: "closed", isUnsure: true });
});

test("a timeout of a push that was never sent is not reported as unsure", async () => {
  const { server, channel } = joined();
  server.cut();
  const push = pushOnce(channel, "msg", {}, { ...soon, timeout: 2, retries: 0 });
  await assert.rejects(push, { reason: "timeout", isUnsure: false });
});

test("a finished push leaves no handler on the channel", async () => {
  const { server, channel } = joined();
  const before = channel.bindings.length;
  const push = pushOnce(channel, "msg", {});
  server.reply("msg", {});
  await push;
  assert.equal(channel.bindings.length, before);
});

test("a payload that cannot hold an id is refused", async () => {
  const { channel } = joined();
  await assert.rejects(pushOnce(channel, "msg", new ArrayBuffer(1)), TypeError);
});
