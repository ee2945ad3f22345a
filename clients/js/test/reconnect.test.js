// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, drainAware, jittered } from "../src/roost-phoenix.js";
import { FakeServer } from "./fake_server.js";
import { Socket } from "./phoenix.js";

test("reconnect delays are random within a window that doubles up to a maximum", () => {
  const longest = jittered({ firstMs: 500, maxMs: 3_000, random: () => 0.999_999 });
  assert.deepEqual([1, 2, 3, 4, 50].map(longest), [499, 999, 1_999, 2_999, 2_999]);
  const shortest = jittered({ random: () => 0 });
  assert.deepEqual([1, 9].map(shortest), [0, 0]);
});

function drained(payload) {
  const server = new FakeServer();
  const socket = new Socket("ws://x/socket", { transport: server.transport });
  const reconnect = drainAware({ random: () => 0.5 });
  reconnect.listen(socket);
  socket.connect();
  server.open();
  server.send([null, null, "phoenix", "drain", payload]);
  const { reconnectAfterMs } = reconnect.options;
  return { server, socket, reconnectAfterMs };
}

test("every reconnect delay is below five seconds, after any number of retries", () => {
  for (const random of [() => 0.999_999, Math.random]) {
    const { reconnectAfterMs, rejoinAfterMs } = drainAware({ random }).options;
    for (let tries = 1; tries <= 200; tries += 1) {
      assert.ok(reconnectAfterMs(tries) < 5_000, `try ${tries}`);
      assert.ok(rejoinAfterMs(tries) < 5_000, `try ${tries}`);
    }
  }
});

/// A socket whose reconnects wait for an hour, in a page that can fire "online".
function slow({ is_open = true, probeMs = 1 } = {}) {
  const server = new FakeServer();
  const page = new EventTarget();
  const { listen } = drainAware({ page, probeMs });
  const options = { transport: server.transport, reconnectAfterMs: () => 3_600_000 };
  const socket = new Socket("ws://x/socket", options);
  const stop = listen(socket);
  socket.connect();
  if (is_open) server.open();
  return { server, socket, stop, online: () => page.dispatchEvent(new Event("online")) };
}

test("an online event reconnects at once, without the rest of the delay", () => {
  const { server, socket, online } = slow();
  server.cut();
  assert.equal(server.lines.length, 1);
  online();
  assert.equal(server.lines.length, 2);
  server.open();
  assert.ok(socket.isConnected());
  socket.disconnect();
});

test("an online event keeps a connection that answers", async () => {
  const { server, socket, online } = slow({ probeMs: 20 });
  online();
  server.reply("heartbeat", {});
  await new Promise((done) => setTimeout(done, 60));
  assert.equal(server.lines.length, 1);
  assert.ok(socket.isConnected());
  socket.disconnect();
});

test("an online event replaces a connection that looks open but is dead", async () => {
  const { server, socket, online } = slow();
  online();
  assert.equal(server.requests("heartbeat").length, 1);
  while (server.lines.length === 1) await new Promise((done) => setTimeout(done, 1));
  server.open();
  assert.ok(socket.isConnected());
  socket.disconnect();
});

test("a socket that was disconnected, or never connected, stays closed on an online event", () => {
  const { server, socket, online } = slow();
  socket.disconnect();
  online();
  assert.equal(server.lines.length, 1);
  const unused = new FakeServer();
  const page = new EventTarget();
  drainAware({ page }).listen(new Socket("ws://x", { transport: unused.transport }));
  page.dispatchEvent(new Event("online"));
  assert.equal(unused.lines.length, 0);
});

test("after stop(), an online event has no effect", () => {
  const { server, socket, stop, online } = slow();
  server.cut();
  stop();
  online();
  assert.equal(server.lines.length, 1);
  socket.disconnect();
});

test("the reconnect hint of a draining server is used once", () => {
  const { socket, reconnectAfterMs } = drained({ reconnect_after_ms: 1_234 });
  assert.deepEqual([1, 2].map(reconnectAfterMs), [1_234, 500]);
  socket.disconnect();
});

test("a reconnect hint is discarded after a new connection", () => {
  const { server, socket, reconnectAfterMs } = drained({ reconnect_after_ms: 1_234 });
  socket.disconnect();
  socket.connect();
  server.open();
  assert.equal(reconnectAfterMs(1), 250);
  socket.disconnect();
});

test("an invalid reconnect hint is ignored", () => {
  for (const payload of [{}, { reconnect_after_ms: "9" }, { reconnect_after_ms: -1 }]) {
    const { socket, reconnectAfterMs } = drained(payload);
    assert.equal(reconnectAfterMs(1), 250);
    socket.disconnect();
  }
});

test("connect returns a socket that uses the hint, and keeps the caller's options", async () => {
  const server = new FakeServer();
  const options = { transport: server.transport, params: { token: "t" }, timeout: 7 };
  const socket = connect(Socket, "ws://x/socket", options);
  assert.equal(socket.timeout, 7);
  const { searchParams } = new URL(server.line.url);
  assert.deepEqual([searchParams.get("token"), searchParams.get("positions")], ["t", "true"]);
  server.open();
  server.send([null, null, "phoenix", "drain", { reconnect_after_ms: 0 }]);
  server.cut(1012);
  await new Promise((done) => setTimeout(done, 50));
  assert.equal(server.lines.length, 2);
  socket.disconnect();
});
