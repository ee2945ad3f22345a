// SPDX-License-Identifier: Apache-2.0
// The server API of three nodes: each gives the same answers about any room.
import assert from "node:assert/strict";
import { it } from "node:test";
import { call, ok, post, publish, refused } from "./api_calls.mjs";
import { NatsCluster } from "./cluster/nats_cluster.mjs";
import { keeps_all } from "./durable/store_server.mjs";
import { count_to, Member } from "./member.mjs";
import { sleep, until } from "./server.mjs";

const shown = { presence: { mode: "full" } };
const stored = keeps_all("room:*", { ...shown, idempotency_field: "id" });
const rooms = [stored, { match: "*", ...shown }];
const topics = [...count_to(8).map((n) => `room:${n}`), ...count_to(4).map((n) => `memory:${n}`)];

const about = (server, route, topic, more = "") =>
  call(server, `/api/${route}?topic=${encodeURIComponent(topic)}${more}`);

/// Each server's answers about a topic.
async function answers(servers, topic) {
  const ask = async (server) => ({
    room: await ok(about(server, "room", topic)),
    presence: await ok(about(server, "presence", topic)),
    history: await ok(about(server, "history", topic)),
  });
  return Promise.all(servers.map(ask));
}

/// The answer about a topic, which all servers must give.
async function same_answer(servers, topic) {
  const [first, ...others] = await answers(servers, topic);
  for (const other of others) assert.deepEqual(other, first, topic);
  return first;
}

/// Repeats a request until it is answered with 200.
async function eventually(request) {
  let last;
  const is_ok = async () => (last = await request()).status === 200;
  await until(is_ok, () => `an answer: ${JSON.stringify(last?.body)}`);
  return last.body;
}

/// Publishes until it succeeds, always with the same idempotency key.
function publish_once(server, topic, n, payload = { n }) {
  const headers = { "idempotency-key": `${n}` };
  return eventually(() => publish(server, topic, "msg", payload, { headers }));
}

/// The owner of each topic, as this server answers.
async function owners_at(server) {
  const all = topics.map((topic) => eventually(() => about(server, "room", topic)));
  return (await Promise.all(all)).map(({ owner }) => owner);
}

/// A cluster with a room of each topic, whose shards have come to rest on several nodes.
async function start(t, options = {}) {
  const cluster = await NatsCluster.start(t, { rooms, ...options });
  const [first] = cluster.servers;
  for (const topic of topics) await publish_once(first, topic, 1);
  let before = [];
  await until(async () => {
    await sleep(2_000);
    const now = await owners_at(first);
    const is_same = now.join() === before.join();
    before = now;
    return is_same && new Set(now).size > 1;
  }, () => `shards that rest: ${before}`);
  return cluster;
}

it("gives the same answers about every room on three nodes, and names its owner", async (t) => {
  const cluster = await start(t);
  const { servers } = cluster;
  const members = [];
  for (const [index, topic] of topics.entries()) {
    members.push(await Member.join(servers[index % 3], topic));
    const sent = await ok(publish(servers[(index + 1) % 3], topic, "msg", { n: 2 }));
    const { room, presence, history } = await same_answer(servers, topic);
    assert.equal(room.members, 1, topic);
    assert.equal(Object.keys(presence).length, 1, topic);
    assert.equal(history.events.length, 2, topic);
    assert.deepEqual({ epoch: room.epoch, offset: room.offset }, sent);
  }
  const owners = new Map();
  for (const server of servers) {
    const { node, rooms: owned } = await ok(call(server, "/api/rooms"));
    for (const { topic, owner } of owned) {
      assert.equal(owner, node);
      assert.ok(!owners.has(topic), `${topic} has two owners`);
      owners.set(topic, owner);
    }
  }
  for (const server of servers) {
    assert.deepEqual(await owners_at(server), topics.map((topic) => owners.get(topic)));
  }
  for (const server of servers) await refused(about(server, "room", "room:none"), 404, "not found");
  members.forEach((member) => member.close());
  await cluster.stop();
});

it("counts an idempotency key on all nodes, and broadcasts to rooms of all nodes", async (t) => {
  const cluster = await start(t);
  const { servers } = cluster;
  const headers = { "idempotency-key": "order-17" };
  for (const topic of topics.slice(0, 4)) {
    const sent = servers.map((server) => ok(publish(server, topic, "msg", {}, { headers })));
    const [first, ...others] = await Promise.all(sent);
    for (const other of others) assert.deepEqual(other, first, topic);
  }
  for (const server of servers) {
    const event = { topics, event: "all", payload: {} };
    const { results } = await ok(post(server, "/api/broadcast", event));
    for (const { topic, offset } of results) assert.ok(offset > 1, topic);
  }
  await cluster.stop();
});

it("reads large histories from every node without harm to members", async (t) => {
  const cluster = await start(t);
  const { servers } = cluster;
  const topic = "room:1";
  const members = await Promise.all(servers.map((server) => Member.join(server, topic)));
  const large = "x".repeat(150_000);
  for (const n of count_to(16, 2)) await publish_once(servers[n % 3], topic, n, { large });
  const resent = await Promise.all(
    servers.map((server) => server.metric("roost_commands_resent_total")),
  );
  await Promise.all(servers.map(async (server) => {
    const reads = count_to(20).map(() => ok(about(server, "history", topic, "&limit=1000")));
    for (const { events, more } of await Promise.all(reads)) {
      assert.equal(more, true);
      assert.ok(events.length >= 5, `${events.length} events`);
    }
  }));
  for (const [index, server] of servers.entries()) {
    assert.equal(await server.metric("roost_commands_resent_total"), resent[index]);
  }
  for (const member of members) {
    await member.say("msg", {});
    member.close();
  }
  await cluster.stop();
});

it("answers again with one voice when the owner was killed", async (t) => {
  const cluster = await start(t);
  const members = await Promise.all(topics.map((topic) => Member.join(cluster.servers[1], topic)));
  await cluster.nodes[0].kill();
  const [, ...servers] = cluster.servers;
  for (const topic of topics) {
    await publish_once(servers[0], topic, 2);
    await eventually(() => about(servers[1], "room", topic));
    const { room, presence } = await same_answer(servers, topic);
    assert.ok(["b", "c"].includes(room.owner), `${topic}: ${room.owner}`);
    if (topic.startsWith("memory:")) continue; // its members have lost the room
    assert.equal(room.members, 1, topic);
    assert.equal(Object.keys(presence).length, 1, topic);
  }
  members.forEach((member) => member.close());
  for (const server of servers) await server.stop();
});

it("refuses in time when the owner of a room cannot answer", async (t) => {
  const commit_timeout_ms = 3_000;
  const cluster = await start(t, { cluster: { commit_timeout_ms } });
  const { servers } = cluster;
  const owners = await owners_at(servers[1]);
  const topic = topics[owners.findIndex((owner) => owner !== "b")];
  // Nothing moves while NATS is away, and no other node can be reached.
  cluster.nats.pause();
  const begun_ms = Date.now();
  await Promise.all([
    refused(about(servers[1], "room", topic), 503, "unavailable"),
    refused(about(servers[1], "history", topic), 503, "unavailable"),
    refused(publish(servers[1], topic, "msg", { id: "late" }), 503, "unknown outcome"),
  ]);
  const took_ms = Date.now() - begun_ms;
  t.diagnostic(`refused after ${took_ms} ms`);
  assert.ok(took_ms < 9_000, `${took_ms} ms, before HTTP gives up`);
  cluster.nats.proceed();
  const { epoch } = await eventually(() => about(servers[1], "room", topic));
  assert.ok(epoch);
  await publish_once(servers[2], topic, 3);
  await same_answer(servers, topic);
  await cluster.stop();
});
