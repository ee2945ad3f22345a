import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, drainAware, jittered } from "../src/roost-phoenix.js";
import { FakeServer } from "./fake_server.js";
import { Socket } from "./phoenix.js";

test("waits are spread over a window that doubles up to its bound", () => {
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
  server.say([null, null, "phoenix", "drain", payload]);
  const { reconnectAfterMs } = reconnect.options;
  return { server, socket, reconnectAfterMs };
}

test("a draining server's hint counts once", () => {
  const { socket, reconnectAfterMs } = drained({ reconnect_after_ms: 1_234 });
  assert.deepEqual([1, 2].map(reconnectAfterMs), [1_234, 500]);
  socket.disconnect();
});

test("a hint is forgotten once there is another connection", () => {
  const { server, socket, reconnectAfterMs } = drained({ reconnect_after_ms: 1_234 });
  socket.disconnect();
  socket.connect();
  server.open();
  assert.equal(reconnectAfterMs(1), 250);
  socket.disconnect();
});

test("a hint that is none is passed over", () => {
  for (const payload of [{}, { reconnect_after_ms: "9" }, { reconnect_after_ms: -1 }]) {
    const { socket, reconnectAfterMs } = drained(payload);
    assert.equal(reconnectAfterMs(1), 250);
    socket.disconnect();
  }
});

test("connect gives a socket that heeds the hint, and keeps the caller's options", async () => {
  const server = new FakeServer();
  const options = { transport: server.transport, params: { token: "t" }, timeout: 7 };
  const socket = connect(Socket, "ws://x/socket", options);
  assert.equal(socket.timeout, 7);
  const { searchParams } = new URL(server.line.url);
  assert.deepEqual([searchParams.get("token"), searchParams.get("positions")], ["t", "true"]);
  server.open();
  server.say([null, null, "phoenix", "drain", { reconnect_after_ms: 0 }]);
  server.cut(1012);
  await new Promise((done) => setTimeout(done, 50));
  assert.equal(server.lines.length, 2);
  socket.disconnect();
});
