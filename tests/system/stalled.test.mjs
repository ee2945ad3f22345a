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
  // Of 500 members everybody is shown; a thousand fill and pass that.
  rooms: JSON.stringify([{ match: "*", presence: { mode: "full", full_max: 500 } }]),
  "limits.outbox_bytes_max": outbox_bytes_max,
  "limits.payload_bytes_max": 40_000,
  "limits.close_ms": 500,
  "rates.connection.messages.per_second": 0,
};

async function join_and_stall(server) {
  const client = await Tcp.open(server);
  // Windows of the kernel fill from here on, then the member's outbox.
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

/// The next frame that is not of presence.
async function next_of(member) {
  for (;;) {
    const found = await member.next();
    if (!found[3].startsWith("presence_")) return found;
  }
}

/// Pushes event `n` and sees it arrive at every member that reads.
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

it("holds 1,000 stalled members of five rooms to their outboxes, serves others", async (t) => {
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
  let most = 0;
  let n = 0;
  // A member whose outbox is full of what its joins brought is behind: it is given no live event,
  // and so it is not ended.
  while ((await slow()) < stalled_count * 0.9) {
    n += 1;
    assert.ok(n < events_max, `${await slow()} slow consumers after ${n} events`);
    await broadcast(members, n, filling);
    peak = Math.max(peak, server.rss_bytes());
    most = Math.max(most, await server.metric("roost_outbox_bytes"));
  }
  assert.ok(most <= (stalled_count + members.length) * outbox_bytes_max, `${most} bytes waited`);
  t.diagnostic(`${n} events of 30 kB, RSS grew by ${peak - before} bytes at its peak`);
  // What they are shown of each other, held once, and what members cost themselves.
  const shown = stalled_count * (1 + quieter.length) * (meta.filling.length + 2_500);
  const bound = stalled_count * outbox_bytes_max * 1.1 + shown + (16 << 20);
  if (measures_memory) assert.ok(peak - before <= bound, `grew by ${peak - before}, may ${bound}`);
  for (let more = 1; more <= 20; more += 1) await broadcast(members, n + more, "");
  const held = async () => (await server.metric("roost_connections")) - members.length;
  const are_gone = async () => (await held()) + (await slow()) === stalled_count;
  await until(are_gone, "the end of the slow consumers", 30_000);
  const waits = await server.metric("roost_outbox_bytes");
  assert.ok(waits <= (await held()) * outbox_bytes_max, `${waits} bytes wait`);
  for (const member of members) member.close();
  await server.stop();
});
