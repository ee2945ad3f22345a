// SPDX-License-Identifier: Apache-2.0
// Pings of clients that do not read: the cost of a ping does not depend on the queued frames.
import assert from "node:assert/strict";
import { it } from "node:test";
import { Neighbour } from "./neighbour.mjs";
import { Server, sleep, until } from "./server.mjs";
import { frame, Tcp, text } from "./tcp.mjs";

const count = 10;
const pings = 10_000;
const queued_frames = 11_000;
const outbox_bytes_max = 2_000_000;
const heartbeats = (n) =>
  Buffer.concat(Array(n).fill(text(JSON.stringify([null, "h", "phoenix", "heartbeat", {}]))));
const of_pings = (n) => Buffer.concat(Array(n).fill(frame(9)));

/// Sends heartbeats until the outboxes hold `bytes` of replies, beyond the kernel's buffers.
async function fill(server, clients, bytes, heartbeats_at_once) {
  const queued = () => server.metric("roost_outbox_bytes");
  for (let round = 0; (await queued()) < bytes; round += 1) {
    assert.ok(round < 400, `${await queued()} bytes are queued after ${round} rounds`);
    clients.forEach((client) => client.send(heartbeats(heartbeats_at_once)));
    await sleep(50);
  }
}

/// The CPU time of a flood of pings from clients that do not read, with `replies` in each outbox.
async function cost_ms(server, replies) {
  const clients = [];
  for (let n = 0; n < count; n += 1) {
    const client = await Tcp.open(server);
    client.socket.pause();
    clients.push(client);
  }
  await fill(server, clients, count * 20_000, 1_000);
  clients.forEach((client) => client.send(of_pings(16)));
  const before = await server.metric("roost_outbox_bytes");
  clients.forEach((client) => client.send(heartbeats(replies)));
  await fill(server, clients, before + count * replies * 50, 100);
  const cpu_before = server.cpu_ms();
  clients.forEach((client) => client.send(of_pings(pings)));
  // A message after the pings shows when they have been read.
  const read = await server.grows("roost_messages_in_total");
  clients.forEach((client) => client.send(heartbeats(1)));
  await until(async () => (await read.by()) >= count, "the end of the pings");
  const cost = server.cpu_ms() - cpu_before;
  assert.equal(await server.metric("roost_slow_consumers_total"), 0);
  clients.forEach((client) => client.destroy());
  await until(async () => (await server.metric("roost_connections")) === 1, "their end");
  return cost;
}

it("answers pings at the same cost with any number of queued frames", async (t) => {
  const server = await Server.start({
    sets: { "limits.outbox_bytes_max": outbox_bytes_max, "node.loops": 1 },
    t,
  });
  const neighbour = await Neighbour.open(server, { pause_ms: 200 });
  const few = await cost_ms(server, 100);
  const many = await cost_ms(server, queued_frames);
  t.diagnostic(`${count * pings} pings: ${few} ms of CPU, ${many} ms behind ${queued_frames}`);
  assert.ok(many <= 2 * few + 300, `${many} ms of CPU instead of ${few} ms`);
  await neighbour.assert_served();
  await neighbour.close();
  await server.stop();
});
