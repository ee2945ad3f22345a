// SPDX-License-Identifier: Apache-2.0
// How a node drains while clients are connected.
import assert from "node:assert/strict";
import { it } from "node:test";
import { Socket } from "phoenix";
import WebSocket from "ws";
import { connect, resumable } from "../../clients/js/src/roost-phoenix.js";
import { clients, close_sockets, open_socket } from "./clients.mjs";
import { Raw } from "./raw.mjs";
import { Server, sleep, until } from "./server.mjs";
import { frame, Tcp } from "./tcp.mjs";

const is_drain = ([, , topic, event]) => topic === "phoenix" && event === "drain";
const drain_frame = (raw) => raw.frames.map((frame) => JSON.parse(frame)).find(is_drain);

async function exit_of(server) {
  return (await server.exited).code;
}

const logged = (server, event) => server.log_lines(event)[0];

/// Samples how many clients the server has notified, until it exits: [{sampled_at, count}].
async function notified_while_draining(server) {
  const found = [];
  await until(() => logged(server, "draining"), () => server.output());
  for (;;) {
    const sampled_at = Date.now();
    const count = await server.metric("roost_messages_total", 'class="notice"').catch(() => null);
    if (count === null) return found;
    found.push({ sampled_at, count });
    await sleep(50);
  }
}

it("tells all clients when to reconnect, and closes them evenly over the spread", async (t) => {
  const spread_ms = 4_000;
  const loops = 2;
  const sets = {
    "drain.spread_ms": spread_ms,
    "drain.connections_per_second": 40 / (spread_ms / 1_000),
    "drain.reconnect_jitter_ms": 700,
    "node.loops": loops,
  };
  const server = await Server.start({ sets, t });
  const all = await Promise.all(Array.from({ length: 40 }, () => Raw.open(server)));
  const ends = [];
  all.forEach((raw) => raw.closed.then(({ code }) => ends.push({ code, at: Date.now() })));
  const begin = Date.now();
  process.kill(server.pid, "SIGTERM");
  const notified = await notified_while_draining(server);
  assert.equal(await exit_of(server), 0, server.output());
  await Promise.all(all.map((raw) => raw.closed));
  assert.deepEqual([...new Set(ends.map(({ code }) => code))], [1012]);
  // No client is closed before its time, except for one on each loop.
  for (const [n, { at }] of ends.entries()) {
    const due_ms = ((n + 1 - loops) / 40) * spread_ms;
    assert.ok(at - begin >= due_ms - 1, `end ${n} after ${at - begin} ms`);
  }
  // Nor much later: at each sample the server has closed the due clients, except for those due in
  // the last quarter of the spread.
  const draining_at = Date.parse(logged(server, "draining").time);
  assert.ok(notified.length > 0, server.output());
  for (const { sampled_at, count } of notified) {
    const due = ((sampled_at - draining_at) / spread_ms) * 40;
    assert.ok(count >= Math.min(due, 40) - 10, `${count} after ${sampled_at - draining_at} ms`);
  }
  const hints = all.map((raw) => drain_frame(raw)?.[4].reconnect_after_ms);
  assert.ok(hints.every((ms) => Number.isInteger(ms) && ms >= 0 && ms <= 700), `${hints}`);
  assert.ok(new Set(hints).size > 10, `${hints}`);
});

it("is not ready during delay_ms, but still serves old and new clients", async (t) => {
  const sets = { "drain.delay_ms": 600_000, "drain.timeout_ms": 900_000 };
  const server = await Server.start({ sets, t });
  const before = await Raw.open(server);
  await before.join("room:1");
  process.kill(server.pid, "SIGTERM");
  await until(async () => (await fetch(`${server.url}/ready`)).status === 503, "503 of /ready");
  assert.equal((await fetch(`${server.url}/health`)).status, 200);
  const late = await Raw.open(server);
  await late.join("room:1");
  late.send(["1", "2", "room:1", "msg", { n: 1 }]);
  await late.next();
  for (const each of [before, late]) {
    assert.deepEqual((await each.next()).slice(3), ["msg", { n: 1 }]);
  }
  for (const each of [before, late]) await each.assert_alive();
  process.kill(server.pid, "SIGINT"); // otherwise the drain takes delay_ms
  assert.equal(await exit_of(server), 4, server.output());
});

it("closes all clients after delay_ms, also those that connected meanwhile", async (t) => {
  const delay_ms = 5_000;
  const server = await Server.start({ sets: { "drain.delay_ms": delay_ms }, t });
  const before = await Raw.open(server);
  const begin = Date.now();
  process.kill(server.pid, "SIGTERM");
  await until(() => logged(server, "draining"), () => server.output());
  const late = await Raw.open(server);
  for (const each of [before, late]) await each.assert_closed(1012);
  assert.ok(Date.now() - begin >= delay_ms - 1, `after ${Date.now() - begin} ms`);
  assert.equal(await exit_of(server), 0, server.output());
});

it("closes clients without a channel, in an upgrade or join, or that never read", async (t) => {
  const server = await Server.start({ sets: { "limits.close_ms": 3_000 }, t });
  const idle = await Raw.open(server);
  const half = await Tcp.open(server, { upgraded: false });
  half.send("GET /socket/websocket?vsn=2.0.0 HTTP/1.1\r\nHost: 127.0.0.1\r\n");
  const deaf = await Raw.open(server);
  await deaf.join("room:1");
  deaf.socket._socket.pause();
  const busy = await Raw.open(server);
  await busy.join("room:1");
  const pad = "x".repeat(2_000);
  for (let n = 0; n < 500; n += 1) busy.send(["1", `${n}`, "room:1", "msg", { pad }]);
  const joining = await Raw.open(server);
  joining.send(["1", "1", "room:2", "phx_join", {}]);
  await server.stop();
  await idle.assert_closed(1012);
  await busy.assert_closed(1012);
  await joining.assert_closed(1012);
  await until(() => half.ended, "the end of the half-open upgrade");
  deaf.close();
});

it("waits close_ms for clients that do not answer the close, whatever they send", async (t) => {
  const server = await Server.start({ t });
  const silent = await Tcp.open(server);
  const talks = await Tcp.open(server);
  const chatter = setInterval(() => talks.send(frame(9, "still here")), 50);
  t.after(() => clearInterval(chatter));
  const sips = await stuffed(server); // reads a few bytes now and then
  const sipping = setInterval(() => sips.socket._socket.read(500), 50);
  t.after(() => clearInterval(sipping));
  const deaf = await stuffed(server);
  await server.stop(); // and exits with 0
  assert.equal(await silent.close_code(), 1012);
  for (const tcp of [silent, talks]) await until(() => tcp.ended, "the end of the connection");
  for (const raw of [sips, deaf]) raw.close();
});

/// A member that does not read, with more in its outbox than the kernel can buffer.
async function stuffed(server) {
  const raw = await Raw.open(server);
  await raw.join("room:1");
  raw.socket._socket.pause();
  raw.socket._socket.removeAllListeners("data");
  const talker = await Raw.open(server);
  await talker.join("room:1");
  const waiting = await server.grows("roost_outbox_bytes");
  const pad = "x".repeat(20_000);
  for (let n = 0; (await waiting.by()) < 100_000; n += 1) {
    talker.send(["1", `${n}`, "room:1", "msg", { pad }]);
  }
  talker.close();
  return raw;
}

it("exits 0 if only a close handshake is unfinished at the timeout", async (t) => {
  const sets = { "drain.timeout_ms": 500, "limits.close_ms": 60_000 };
  const server = await Server.start({ sets, t });
  const silent = await Tcp.open(server); // never answers the close frame
  await server.stop();
  assert.equal(await silent.close_code(), 1012);
});

it("drains at once if few clients are connected, even with a long spread_ms", async (t) => {
  const sets = { "drain.spread_ms": 1_800_000, "drain.timeout_ms": 3_600_000 };
  const server = await Server.start({ sets, t });
  const all = await Promise.all([Raw.open(server), Raw.open(server), Raw.open(server)]);
  for (const each of all) await each.assert_alive(); // the server counts it after its 101
  await server.stop("SIGINT");
  for (const each of all) await each.assert_closed(1012);
  const { connections, spread_ms, hint } = logged(server, "draining");
  assert.deepEqual({ connections, spread_ms }, { connections: 3, spread_ms: 6 });
  assert.match(hint, /again to stop now/);
});

it("exits at once on a second signal", async (t) => {
  const slow = { "drain.spread_ms": 600_000, "drain.connections_per_second": 0 };
  const server = await Server.start({ sets: { ...slow, "drain.timeout_ms": 900_000 }, t });
  const all = await Promise.all([Raw.open(server), Raw.open(server), Raw.open(server)]);
  process.kill(server.pid, "SIGTERM");
  // Do not wait for a close: if all clients are on the second loop, it comes after minutes.
  await until(() => server.log.includes('"draining"'), () => server.output());
  process.kill(server.pid, "SIGINT"); // a second SIGTERM at once would count as a duplicate
  assert.equal(await exit_of(server), 4, server.output());
  for (const each of all) await each.closed;
});

it("lets the official client reconnect and rejoin by itself after a restart", async (t) => {
  t.after(close_sockets);
  const server = await Server.start({ t });
  const soon = { reconnectAfterMs: () => 50, rejoinAfterMs: () => 50 };
  const socket = open_socket(clients[0], server, soon);
  const channel = socket.channel("room:1");
  const joins = [];
  channel.join().receive("ok", (reply) => joins.push(reply));
  await until(() => joins.length === 1, "the join");
  await server.stop();
  const next = await server.restart({ t });
  await until(() => joins.length === 2, "the second join");
  assert.notEqual(joins[1].epoch, joins[0].epoch);
  await next.stop();
});

it("makes clients with the add-on wait for its hint", async (t) => {
  const sets = { "drain.reconnect_jitter_ms": 1_500 };
  const server = await Server.start({ sets, t });
  const client = { hint: null, closed: null, opened: [] };
  class Line extends WebSocket {
    constructor(...args) {
      super(...args);
      this.on("open", () => client.opened.push(Date.now()));
      this.on("close", () => (client.closed ??= Date.now()));
      this.on("message", (data) => {
        const message = JSON.parse(data);
        if (is_drain(message)) client.hint = message[4].reconnect_after_ms;
      });
    }
  }
  const socket = connect(Socket, server.ws_url, { transport: Line, timeout: 5_000 });
  t.after(() => socket.disconnect());
  const joins = [];
  resumable(socket, "room:1").join().receive("ok", (reply) => joins.push(reply));
  await until(() => joins.length === 1, "the join");
  await server.stop();
  const next = await server.restart({ t });
  await until(() => joins.length === 2, "the second join");
  assert.ok(Number.isInteger(client.hint), "no hint came");
  const waited = client.opened[1] - client.closed;
  assert.ok(waited >= client.hint - 20, `${waited} ms, hint ${client.hint}`);
  socket.disconnect();
  await next.stop();
});
