// SPDX-License-Identifier: Apache-2.0
// NATS is ended by kill -9 and comes back, and all nodes with it. `make kill-cluster`: many more
// rooms, a long outage, and bounds of time that count.
import assert from "node:assert/strict";
import { it } from "node:test";
import { summary } from "./checker/run.mjs";
import { ClusterRun } from "./cluster/cluster_run.mjs";
import { NatsCluster } from "./cluster/nats_cluster.mjs";
import { RoomsClient } from "./cluster/rooms_client.mjs";
import { ends, is_long, Times } from "./cluster/times.mjs";
import { run_rules } from "./durable/durable_run.mjs";
import { keeps_all } from "./durable/store_server.mjs";
import { count_to } from "./member.mjs";
import { sleep } from "./server.mjs";

const seed = Number(process.env.ROOST_SEED ?? Date.now() % 2 ** 31);
// A connection has at most limits.inbound_messages_max requests under way: fewer rooms than those.
const rooms_of_client = 100;
const clients_count = is_long ? 100 : 5;
const outages_ms = is_long ? [1_000, 30_000] : [1_000, 3_000];
const commit_timeout_ms = is_long ? 8_000 : 2_000;
const works_again_ms = 5_000;
const slack_ms = 500; // an edge looks every 250 ms; and of sockets
const refusals = ["unavailable", "unknown outcome"];

const rooms = [keeps_all("*", { idempotency_field: "id" })];
const limits = { refusals_per_minute_max: 0 };
const topics_of = (n) => count_to(rooms_of_client).map((k) => `room:${n}:${k}`);

/// Clients on all nodes, each with rooms of its own; each room has an event.
async function open_rooms(cluster) {
  const join = (n) =>
    RoomsClient.join(cluster.servers[n % cluster.servers.length], topics_of(n), `${n}`);
  const clients = await ends(Promise.all(count_to(clients_count).map(join)), "all joins");
  await in_all_rooms(clients, (client, topic) => client.say(topic, { id: "first" }));
  return clients;
}

const in_all_rooms = (clients, act) =>
  ends(
    Promise.all(
      clients.flatMap((client) => [...client.channels.keys()].map((topic) => act(client, topic))),
    ),
    "an answer in each room",
  );

/// One push into each room; the counts of answers by kind.
async function push_meanwhile(clients, id, times) {
  const counts = {};
  await in_all_rooms(clients, async (client, topic) => {
    const sent_ms = Date.now();
    const { status, response, at_ms } = await client.push(topic, { id });
    times.note("a push is answered", at_ms - sent_ms, commit_timeout_ms + slack_ms);
    const kind = status === "ok" ? "ok" : response.reason;
    assert.ok(kind === "ok" || refusals.includes(kind), `${topic}: ${kind}`);
    counts[kind] = (counts[kind] ?? 0) + 1;
  });
  return counts;
}

async function outage(cluster, clients, { away_ms, times, id }) {
  await cluster.nats.kill();
  const answers = push_meanwhile(clients, id, times);
  await sleep(away_ms);
  await cluster.nats.start();
  const back_ms = Date.now();
  const again = await in_all_rooms(clients, (client, topic) => client.say(topic, { id }));
  const works_ms = Math.max(...again.map(({ at_ms }) => at_ms)) - back_ms;
  times.note("every room takes pushes", works_ms, works_again_ms);
  await Promise.all(cluster.servers.map((server) => joins(server, id)));
  times.note("every node takes joins", Date.now() - back_ms, works_again_ms);
  return answers;
}

/// A new client joins rooms of every owner, and a new room.
async function joins(server, id) {
  const topics = [...topics_of(1).slice(0, 20), `new:${id}`];
  const client = await ends(RoomsClient.join(server, topics, "new"), "new members");
  client.close();
}

/// Every push was applied once, in order: "first", then those of the outages.
function check_events(clients) {
  const ids = ["first", ...outages_ms.map((ms) => `${ms}`)];
  for (const { channels, ends: ended } of clients) {
    assert.deepEqual(ended, []);
    for (const [topic, { events }] of channels) {
      assert.deepEqual(events.map(({ payload }) => payload.id), ids, topic);
      assert.deepEqual(events.map(({ offset }) => offset), count_to(ids.length), topic);
    }
  }
}

const named = `${clients_count * rooms_of_client} rooms`;

it(`moves no shard and loses nothing of ${named} when NATS is killed`, async (t) => {
  // No truncation: with it nats-server 2.10.27 can lose a log when it is killed (docs/cluster.md).
  const settings = { commit_timeout_ms, log_age_ms: 3_600_000 };
  const cluster = await NatsCluster.start(t, { rooms, limits, cluster: settings });
  const times = new Times(t);
  await cluster.settled();
  const clients = await open_rooms(cluster);
  const before = cluster.ownerships();
  for (const away_ms of outages_ms) {
    const answers = await outage(cluster, clients, { away_ms, times, id: `${away_ms}` });
    t.diagnostic(`NATS away for ${away_ms} ms: ${JSON.stringify(await answers)}`);
    assert.deepEqual(cluster.ownerships(), before, "a shard has moved");
  }
  check_events(clients);
  times.check();
  clients.forEach((client) => client.close());
  await cluster.stop();
});

it("keeps every acknowledged event while all are down for longer than log_age_ms", async (t) => {
  const log_age_ms = is_long ? 5_000 : 1_000;
  const cluster = await NatsCluster.start(t, { rooms: run_rules, cluster: { log_age_ms } });
  const run = new ClusterRun(cluster, seed);
  let truncations = 0;
  await run.during(async () => {
    await sleep(3 * log_age_ms);
    const counts = await Promise.all(cluster.nodes.map((node) => node.truncations()));
    truncations = counts.reduce((sum, count) => sum + count, 0);
    await run.at_next_acknowledgement(() => Promise.all(cluster.nodes.map((node) => node.kill())));
    // Until no log is being truncated: then nats-server 2.10.27 can lose it (docs/cluster.md).
    await sleep(300);
    await cluster.nats.kill();
    await sleep(2 * log_age_ms);
    await cluster.nats.start();
    await Promise.all(cluster.nodes.map((node) => node.start()));
    await cluster.settled();
    await sleep(log_age_ms);
  });
  const { violations, counts } = await run.finish();
  t.diagnostic(`seed ${seed}: ${violations.length} violations ${JSON.stringify(counts)}`);
  assert.equal(violations.length, 0, summary(violations));
  assert.ok(truncations > 0 && counts.recovered > 0, JSON.stringify({ truncations, counts }));
  await cluster.stop();
});
