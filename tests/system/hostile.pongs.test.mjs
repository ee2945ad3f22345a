// Pings of clients that do not read: one costs the same however much waits for its client.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { Neighbour } from "./neighbour.mjs";
import { Server, until } from "./server.mjs";
import { frame, Tcp, text } from "./tcp.mjs";

const count = 10;
const pings = 10_000;
const waiting = 11_000;
const outbox_bytes_max = 2_000_000;
const heartbeats = (n) =>
  Buffer.concat(Array(n).fill(text(JSON.stringify([null, "h", "phoenix", "heartbeat", {}]))));
const of_pings = (n) => Buffer.concat(Array(n).fill(frame(9)));

/// CPU time of the process: unlike the time on a clock it counts work alone.
function worked_ms(server) {
  const fields = readFileSync(`/proc/${server.pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/// Heartbeats until so many bytes of replies wait in the outboxes: the kernel may take some more.
async function fill(server, clients, bytes, heartbeats_at_once) {
  const queued = () => server.metric("roost_outbox_bytes");
  for (let round = 0; (await queued()) < bytes; round += 1) {
    assert.ok(round < 400, `${await queued()} bytes wait after ${round} rounds`);
    clients.forEach((client) => client.send(heartbeats(heartbeats_at_once)));
    await new Promise((done) => setTimeout(done, 50));
  }
}

/// What a flood of pings costs clients that do not read, with so many replies in their outboxes.
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
  const from = worked_ms(server);
  clients.forEach((client) => client.send(of_pings(pings)));
  // A message behind the pings says when they are read.
  const read = await server.grows("roost_messages_in_total");
  clients.forEach((client) => client.send(heartbeats(1)));
  await until(async () => (await read.by()) >= count, "the end of the pings");
  const cost = worked_ms(server) - from;
  assert.equal(await server.metric("roost_slow_consumers_total"), 0);
  clients.forEach((client) => client.destroy());
  await until(async () => (await server.metric("roost_connections")) === 1, "their end");
  return cost;
}

it("answers pings at the same cost however many frames wait, and serves a neighbour", async (t) => {
  const server = await Server.start({
    sets: { "limits.outbox_bytes_max": outbox_bytes_max, "node.loops": 1 },
    t,
  });
  const neighbour = await Neighbour.open(server, { pause_ms: 200 });
  const few = await cost_ms(server, 100);
  const many = await cost_ms(server, waiting);
  t.diagnostic(`${count * pings} pings took ${few} ms of work, and ${many} ms behind ${waiting}`);
  assert.ok(many <= 2 * few + 300, `${many} ms of work where ${few} ms would do`);
  await neighbour.assert_served();
  await neighbour.close();
  await server.stop();
});
