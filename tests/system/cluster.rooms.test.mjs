// SPDX-License-Identifier: Apache-2.0
// Facts of a room that hold across nodes, also after one of them is killed: presence with equal
// phx_ref, the idempotency field, and members_max.
import assert from "node:assert/strict";
import { it } from "node:test";
import { NatsCluster } from "./cluster/nats_cluster.mjs";
import { RoomsClient } from "./cluster/rooms_client.mjs";
import { keeps_all } from "./durable/store_server.mjs";
import { count_to } from "./member.mjs";
import { until } from "./server.mjs";

const members_max = 3;
const presence = { mode: "full" };
const rooms = [
  keeps_all("small:*", { members_max, presence }),
  keeps_all("*", { idempotency_field: "id", presence }),
];
const limits = { refusals_per_minute_max: 0 };
// So many that each node owns some of them.
const topics = count_to(16).map((n) => `room:${n}`);

async function start(t) {
  const cluster = await NatsCluster.start(t, { rooms, limits });
  await cluster.settled();
  return cluster;
}

/// Two members of each node.
function connect(cluster, open) {
  const named = (node) => [1, 2].map((n) => ({ node, who: `${node.name}${n}` }));
  const all = cluster.nodes.flatMap(named);
  return Promise.all(
    all.map(async ({ node, who }) => Object.assign(await open(node.server, who), { node })),
  );
}

const join_all = (server, who) => RoomsClient.join(server, topics, who);

async function kill_first(cluster, clients) {
  await cluster.nodes[0].kill();
  return clients.filter(({ node }) => node.is_running);
}

/// Waits until all clients see all of them in each room, with equal refs; returns the presence.
async function equal_presence(clients) {
  const names = clients.map(({ who }) => who).sort().join();
  const text_of = ({ channels }) =>
    JSON.stringify(topics.map((topic) => Object.entries(channels.get(topic).presence.all).sort()));
  const sees = (client) => topics.every((topic) => client.present(topic).join() === names);
  await until(() => clients.every(sees), `presence of ${names}`);
  const [first, ...others] = clients.map(text_of);
  for (const other of others) assert.equal(other, first);
  return new Map(topics.map((topic) => [topic, clients[0].channels.get(topic).presence.all]));
}

it("shows presence with equal phx_ref on all nodes", async (t) => {
  const cluster = await start(t);
  const clients = await connect(cluster, join_all);
  const before = await equal_presence(clients);
  const living = await kill_first(cluster, clients);
  const after = await equal_presence(living);
  for (const [topic, present] of after) {
    for (const [key, its] of Object.entries(present)) {
      assert.deepEqual(its, before.get(topic)[key], `${topic}: a member got another ref`);
    }
  }
  const update = (client) => (topic) =>
    client.push(topic, { meta: { who: `new ${client.who}` } }, "presence_update");
  for (const client of living) {
    const answers = await Promise.all(topics.map(update(client)));
    for (const { status, response } of answers) assert.equal(status, "ok", response.reason);
    client.who = `new ${client.who}`;
  }
  await equal_presence(living);
  for (const client of living) client.close();
  for (const { server } of cluster.running) await server.stop();
});

it("counts a value of the idempotency field once on all nodes", async (t) => {
  const cluster = await start(t);
  const clients = await connect(cluster, join_all);
  const say = (all, topic) => Promise.all(all.map((one) => one.say(topic, { id: "one" })));
  const positions = new Map();
  for (const topic of topics) {
    const answers = await say(clients, topic);
    const [first, ...others] = answers.map(({ epoch, offset }) => [epoch, offset]);
    for (const other of others) assert.deepEqual(other, first, topic);
    positions.set(topic, first);
  }
  const living = await kill_first(cluster, clients);
  for (const topic of topics) {
    for (const { epoch, offset } of await say(living, topic)) {
      assert.deepEqual([epoch, offset], positions.get(topic), `${topic} after the kill`);
    }
    await Promise.all(living.map((one) => one.say(topic, { id: "two" })));
  }
  for (const { who, channels } of living) {
    for (const topic of topics) {
      const ids = () => channels.get(topic).events.map(({ payload }) => payload.id);
      await until(() => ids().includes("two"), () => `the last event of ${topic}: ${ids()}`);
      assert.deepEqual(ids(), ["one", "two"], `${who} in ${topic}`);
    }
  }
  for (const client of living) client.close();
  for (const { server } of cluster.running) await server.stop();
});

const small = count_to(8).map((n) => `small:${n}`);

async function open_only(server, who) {
  const client = new RoomsClient(server, small, who);
  await client.line.opened;
  return client;
}

/// All clients join the room until it has `members_max` members; the others are refused then.
async function fill(clients, topic) {
  const members = clients.filter((one) => one.channels.get(topic).join_ref);
  await until(async () => {
    const others = clients.filter((one) => !members.includes(one));
    const answers = await Promise.all(others.map((one) => one.try_join(topic)));
    for (const [index, { status, response }] of answers.entries()) {
      if (status === "ok") members.push(others[index]);
      else assert.match(response.reason, /^(room full|unavailable|unknown outcome)$/);
    }
    assert.ok(members.length <= members_max, `${topic} has ${members.length} members`);
    return members.length === members_max && answers.every(is_full);
  }, () => `${topic} is full: ${members.map(({ who }) => who)}`);
  return members;
}

const is_full = ({ status, response }) => status === "ok" || response.reason === "room full";

it("bounds the members of a room on all nodes together", async (t) => {
  const cluster = await start(t);
  const clients = await connect(cluster, open_only);
  for (const topic of small) {
    const [leaver] = await fill(clients, topic);
    const { join_ref } = leaver.channels.get(topic);
    const left = await leaver.request("phx_leave", topic, {}, join_ref);
    assert.equal(left.status, "ok");
    leaver.channels.get(topic).join_ref = null;
    await fill(clients, topic);
  }
  const living = await kill_first(cluster, clients);
  for (const topic of small) await fill(living, topic);
  for (const client of living) client.close();
  for (const { server } of cluster.running) await server.stop();
});
