// A thousand members that stop reading, in a busy room.
import assert from "node:assert/strict";
import { it } from "node:test";
import { ok_position, Raw } from "./raw.mjs";
import { measures_memory, Server, until } from "./server.mjs";
import { Tcp, text } from "./tcp.mjs";

const stalled_count = 1_000;
const outbox_bytes_max = 65_536;
const events_max = 2_000;
const topic = "room:busy";
const sets = {
  "limits.outbox_bytes_max": outbox_bytes_max,
  "limits.payload_bytes_max": 40_000,
  "limits.close_ms": 500,
};

async function join_and_stall(server) {
  const client = await Tcp.open(server);
  client.send(text(JSON.stringify(["1", "1", topic, "phx_join", {}])));
  assert.ok(await client.until(() => client.texts().length === 1, "a join reply"));
  // Windows of the kernel fill from here on, then the member's outbox.
  client.socket.pause();
  return client;
}

async function join_all(server) {
  const stalled = [];
  while (stalled.length < stalled_count) {
    const batch = Array.from({ length: 100 }, () => join_and_stall(server));
    stalled.push(...(await Promise.all(batch)));
  }
  return stalled;
}

/// Pushes event `n` and sees it arrive at every member that reads.
async function broadcast(members, n, filling) {
  const [sender] = members;
  const reply = await sender.exchange(["1", `${n}`, topic, "msg", { n, filling }]);
  ok_position(reply, ["1", `${n}`, topic]);
  for (const member of members) {
    const [, , , event, { n: got }] = await member.next();
    assert.deepEqual([event, got], ["msg", n]);
  }
}

it("holds 1,000 stalled members to their outboxes and serves the others", async (t) => {
  const server = await Server.start({ sets, t });
  const members = [await Raw.open(server), await Raw.open(server), await Raw.open(server)];
  for (const member of members) await member.join(topic);
  const stalled = await join_all(server);
  t.after(() => stalled.forEach((client) => client.destroy()));
  const slow = () => server.metric("roost_slow_consumers_total");
  const filling = "x".repeat(30_000);
  await broadcast(members, 0, "");
  const before = server.rss_bytes();
  let peak = before;
  let n = 0;
  while ((await slow()) < stalled_count) {
    n += 1;
    assert.ok(n < events_max, `${await slow()} slow consumers after ${n} events`);
    await broadcast(members, n, filling);
    peak = Math.max(peak, server.rss_bytes());
  }
  t.diagnostic(`${n} events of 30 kB, RSS grew by ${peak - before} bytes at its peak`);
  const bound = stalled_count * outbox_bytes_max * 1.1;
  if (measures_memory) assert.ok(peak - before <= bound, `grew by ${peak - before}, may ${bound}`);
  assert.equal(await slow(), stalled_count);
  for (let more = 1; more <= 20; more += 1) await broadcast(members, n + more, "");
  const gone = async () => (await server.metric("roost_connections")) === members.length;
  await until(gone, "the end of the stalled connections", 30_000);
  for (const member of members) member.close();
  await server.stop();
});
