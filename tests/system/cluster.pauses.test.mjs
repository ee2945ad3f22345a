// SPDX-License-Identifier: Apache-2.0
// A node whose process stands still (SIGSTOP) and goes on: after half of gone_ms nothing has moved;
// after five times gone_ms it sends and stores nothing of the rooms that others have taken.
// ROOST_KILLS: how often (`make kill-cluster` sets it).
import assert from "node:assert/strict";
import { it } from "node:test";
import { NatsCluster } from "./cluster/nats_cluster.mjs";
import { RoomsClient } from "./cluster/rooms_client.mjs";
import { gone_ms, repeated } from "./cluster/times.mjs";
import { all_events } from "./durable/room_reader.mjs";
import { keeps_all } from "./durable/store_server.mjs";
import { count_to } from "./member.mjs";
import { sleep, until } from "./server.mjs";

const pauses = repeated(1);
const long_pause_ms = 5_000; // five times the default of cluster.gone_ms
const presence = { mode: "full" };
const rooms = [keeps_all("*", { idempotency_field: "id", presence })];
const topics = count_to(12).map((n) => `room:${n}`);

async function connect(cluster) {
  const join = ({ name, server }) => RoomsClient.join(server, topics, name);
  const clients = await Promise.all(cluster.nodes.map(join));
  const names = cluster.nodes.map(({ name }) => name).join();
  const sees = (client) => topics.every((topic) => client.present(topic).join() === names);
  await until(() => clients.every(sees), "presence of all clients");
  return clients;
}

const say_everywhere = (clients, id) =>
  Promise.all(
    clients.flatMap((client) =>
      topics.map((topic) => client.say(topic, { id: `${client.who} ${id}` })),
    ),
  );

it(`moves nothing in ${pauses} pauses of half of gone_ms`, async (t) => {
  const cluster = await NatsCluster.start(t, { rooms, cluster: { gone_ms } });
  await cluster.settled();
  const clients = await connect(cluster);
  await say_everywhere(clients, "first");
  const before = cluster.ownerships();
  clients.forEach((client) => client.forget_changes());
  for (const n of count_to(pauses)) {
    const node = cluster.nodes[n % cluster.nodes.length];
    node.pause();
    const pushes = say_everywhere(clients, `${n}`);
    await sleep(gone_ms / 2);
    node.proceed();
    await pushes;
    await sleep(gone_ms);
  }
  assert.deepEqual(cluster.ownerships(), before);
  for (const { who, ends, channels } of clients) {
    assert.deepEqual(ends, [], who);
    for (const [topic, { changes }] of channels) {
      assert.deepEqual(changes, [], `${who} in ${topic}`);
    }
  }
  clients.forEach((client) => client.close());
  await cluster.stop();
});

/// Pauses `node`, to which `client` is connected, for five times gone_ms, in which `others` push.
/// Returns in how many rooms a push that waited for the node was answered by a new owner.
async function long_pause(cluster, node, { client, others }, n) {
  const shards_of = () => [...cluster.owners().values()].filter((its) => its.node === node).length;
  const before = new Map(topics.map((topic) => [topic, client.channels.get(topic).epoch]));
  node.pause();
  // These wait in its socket, and are the first that it reads.
  const waiting = topics.map((topic) => client.say(topic, { id: `${client.who} ${n}` }));
  await Promise.all([say_everywhere(others, `${n}`), sleep(long_pause_ms)]);
  assert.equal(shards_of(), 0, `${node.name} lost its shards`);
  const now = new Map(topics.map((topic) => [topic, others[0].channels.get(topic).epoch]));
  node.proceed();
  let moved = 0;
  for (const [index, topic] of topics.entries()) {
    const { epoch } = await waiting[index];
    if (now.get(topic) === before.get(topic)) continue;
    moved += 1;
    assert.notEqual(epoch, before.get(topic), `${topic} was answered by its former owner`);
  }
  return moved;
}

/// All clients received all events of each room in one order; so does a fresh member of each node.
async function check_order(cluster, clients) {
  for (const topic of topics) {
    const events = await all_events(cluster.servers[0], topic);
    const ids = events.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, `${topic}: ${ids}`);
    const text_of = ({ id, epoch, offset }) => `${id} ${epoch} ${offset}`;
    const known = new Set(events.map(text_of));
    for (const { who, channels } of clients) {
      const its = channels.get(topic).events.map((each) => ({ ...each, id: each.payload.id }));
      const foreign = its.filter((each) => !known.has(text_of(each)));
      assert.deepEqual(foreign, [], `${who} in ${topic} got events that are not stored`);
      assert.deepEqual(its.map(({ offset }) => offset), events.map(({ offset }) => offset));
    }
  }
}

it(`sends and stores nothing of former rooms after ${pauses} pauses of 5 × gone_ms`, async (t) => {
  const cluster = await NatsCluster.start(t, { rooms });
  await cluster.settled();
  const clients = await connect(cluster);
  await say_everywhere(clients, "first");
  let moved = 0;
  for (const n of count_to(pauses)) {
    const index = n % clients.length;
    const [client, ...others] = [...clients.slice(index), ...clients.slice(0, index)];
    moved += await long_pause(cluster, cluster.nodes[index], { client, others }, n);
    for (const { who, ends } of clients) assert.deepEqual(ends, [], who);
    await cluster.settled();
    await say_everywhere(clients, `after ${n}`);
  }
  assert.ok(moved > 0, "no room moved");
  t.diagnostic(`${moved} rooms moved`);
  await sleep(gone_ms);
  await check_order(cluster, clients);
  clients.forEach((client) => client.close());
  await cluster.stop();
});
