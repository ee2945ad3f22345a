// SPDX-License-Identifier: Apache-2.0
// Three nodes work as one: any node serves any room, and a room outlives the node that owns it.
import assert from "node:assert/strict";
import { it } from "node:test";
import { NatsCluster } from "./cluster/nats_cluster.mjs";
import { keeps_all } from "./durable/store_server.mjs";
import { count_to, Member, unwrap } from "./member.mjs";
import { sleep, until } from "./server.mjs";

const rooms = [keeps_all("*", { idempotency_field: "id" })];

/// Joins, again and again while the room is not available.
async function join(server, topic, payload = {}) {
  let member;
  await until(async () => {
    member = await Member.open(server);
    member.topic = topic;
    const { status, response } = await member.answer(member.send("phx_join", payload));
    member.joined = response;
    if (status !== "ok") member.close();
    return status === "ok";
  }, `a member of ${topic}`);
  return member;
}

/// The next `count` events "msg": their numbers and positions.
async function read(member, count) {
  const found = [];
  while (found.length < count) {
    const { event, payload, position } = await member.next();
    if (event === "msg") found.push({ n: unwrap(payload).n, ...position });
  }
  return found;
}

it("gives members on three nodes one order", async (t) => {
  const cluster = await NatsCluster.start(t, { rooms });
  const topic = "room:1";
  const members = await Promise.all(cluster.servers.map((server) => join(server, topic)));
  const all = Promise.all(members.map((member) => read(member, 90)));
  for (const n of count_to(30)) {
    members.forEach((member, index) => member.send("msg", { n: 3 * n + index }));
  }
  const [first, ...others] = await all;
  assert.deepEqual(first.map(({ offset }) => offset), count_to(90));
  for (const other of others) assert.deepEqual(other, first);
  await cluster.stop();
});

it("resumes exactly on another node", async (t) => {
  const cluster = await NatsCluster.start(t, { rooms });
  const [a, b, c] = cluster.servers;
  for (const topic of count_to(12).map((n) => `room:${n}`)) {
    const writer = await join(a, topic);
    const positions = [];
    for (const n of count_to(5)) positions.push(await writer.say("msg", { n }));
    for (const server of [a, b, c]) {
      const resume = { epoch: positions[1].epoch, offset: positions[1].offset };
      const reader = await join(server, topic, { resume });
      assert.equal(reader.joined.recovered, true, topic);
      assert.deepEqual((await read(reader, 3)).map(({ n }) => n), [3, 4, 5]);
      reader.close();
    }
    writer.close();
  }
  await cluster.stop();
});

it("keeps every room and its members when a node is killed", async (t) => {
  const cluster = await NatsCluster.start(t, { rooms });
  const topics = count_to(12).map((n) => `room:${n}`);
  const members = await Promise.all(topics.map((topic) => join(cluster.servers[1], topic)));
  for (const member of members) await member.say("msg", { id: "1", n: 1 });
  await cluster.nodes[0].kill();
  const killed_ms = Date.now();
  const took = [];
  for (const member of members) {
    await until(async () => {
      const ref = member.send("msg", { id: "2", n: 2 });
      for (;;) {
        const { event, ref: to, payload } = await member.next();
        assert.ok(!["phx_error", "phx_close"].includes(event), `${member.topic}: ${event}`);
        if (event === "phx_reply" && to === ref) return payload.status === "ok";
      }
    }, `a push into ${member.topic}`);
    took.push(Date.now() - killed_ms);
  }
  t.diagnostic(`pushes succeeded ${Math.max(...took)} ms after the kill at the latest`);
  for (const topic of topics) {
    const reader = await join(cluster.servers[2], topic, { history: 100 });
    assert.deepEqual((await read(reader, 2)).map(({ n }) => n), [1, 2], topic);
    reader.close();
  }
  await sleep(100);
  await cluster.nodes[1].server.stop();
  await cluster.nodes[2].server.stop();
});
