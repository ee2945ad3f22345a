// SPDX-License-Identifier: Apache-2.0
// A thousand members of several rooms with presence that stop reading, in a busy room.
import assert from "node:assert/strict";
import { it } from "node:test";
import { ok_position, Raw } from "./raw.mjs";
import { measures_memory, Server, until } from "./server.mjs";
import { Tcp, text } from "./tcp.mjs";

const stalled_count = 1_000;
const outbox_bytes_max = 65_536;
const events_max = 2_000;
const topic = "room:busy";
const quieter = ["room:2", "room:3", "room:4", "room:5"];
const meta = { filling: "m".repeat(2_000) };
const sets = {
  // Presence shows each of up to 500 members; a thousand exceed that.
  rooms: JSON.stringify([{ match: "*", presence: { mode: "full", full_max: 500 } }]),
  "limits.outbox_bytes_max": outbox_bytes_max,
  "limits.payload_bytes_max": 40_000,
  "limits.close_ms": 500,
  "rates.connection.messages.per_second": 0,
};

async function join_and_stall(server) {
  const client = await Tcp.open(server);
  // From here on the socket buffers fill, then the member's outbox.
  client.socket.pause();
  for (const name of [topic, ...quieter]) {
    client.send(text(JSON.stringify(["1", "1", name, "phx_join", { meta }])));
  }
  return client;
}

async function join_all(server) {
  const stalled = [];
  while (stalled.length < stalled_count) {
    const batch = Array.from({ length: 100 }, () => join_and_stall(server));
    stalled.push(...(await Promise.all(batch)));
  }
  const joins = 3 + stalled_count * (1 + quieter.length);
  const are_in = async () => (await server.metric("roost_joins_total", 'result="ok"')) === joins;
  await until(are_in, "the joins", 120_000);
  return stalled;
}

/// The next frame that is not about presence.
async function next_of(member) {
  for (;;) {
    const found = await member.next();
    if (!found[3].startsWith("presence_")) return found;
  }
}

/// Pushes event `n` and checks that every member that reads receives it.
async function broadcast(members, n, filling) {
  const [sender] = members;
  sender.send(["1", `${n}`, topic, "msg", { n, filling }]);
  const reply = await next_of(sender);
  ok_position(reply, ["1", `${n}`, topic]);
  for (const member of members) {
    const [, , , event, { n: got }] = await next_of(member);
    assert.deepEqual([event, got], ["msg", n]);
  }
}

it("queues at most an outbox for each of 1,000 stalled members, and serves others", async (t) => {
  const server = await Server.start({ sets, t });
  const members = [await Raw.open(server), await Raw.open(server), await Raw.open(server)];
  for (const member of members) await member.join(topic);
  const before = server.rss_bytes();
  const stalled = await join_all(server);
  t.after(() => stalled.forEach((client) => client.destroy()));
  const slow = () => server.metric("roost_slow_consumers_total");
  const filling = "x".repeat(30_000);
  await broadcast(members, 0, "");
  let peak = server.rss_bytes();
  let queued_max = 0;
  let n = 0;
  // A member whose outbox is full of missed events is behind: it gets no live events, so it is not
  // closed as a slow consumer.
  while ((await slow()) < stalled_count * 0.9) {
    n += 1;
    assert.ok(n < events_max, `${await slow()} slow consumers after ${n} events`);
    await broadcast(members, n, filling);
    peak = Math.max(peak, server.rss_bytes());
    queued_max = Math.max(queued_max, await server.metric("roost_outbox_bytes"));
  }
  const queued_bound = (stalled_count + members.length) * outbox_bytes_max;
  assert.ok(queued_max <= queued_bound, `${queued_max} bytes were queued`);
  t.diagnostic(`${n} events of 30 kB, RSS grew by ${peak - before} bytes at its peak`);
  // The presence that they see of each other, stored once, and the memory of the members.
  const shown = stalled_count * (1 + quieter.length) * (meta.filling.length + 2_500);
  const bound = stalled_count * outbox_bytes_max * 1.1 + shown + (16 << 20);
  const grown = peak - before;
  if (measures_memory) assert.ok(grown <= bound, `grew by ${grown}, at most ${bound}`);
  for (let more = 1; more <= 20; more += 1) await broadcast(members, n + more, "");
  const held = async () => (await server.metric("roost_connections")) - members.length;
  const are_gone = async () => (await held()) + (await slow()) === stalled_count;
  await until(are_gone, "the end of the slow consumers", 30_000);
  const queued = await server.metric("roost_outbox_bytes");
  assert.ok(queued <= (await held()) * outbox_bytes_max, `${queued} bytes are queued`);
  for (const member of members) member.close();
  await server.stop();
});
