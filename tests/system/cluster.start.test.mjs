// SPDX-License-Identifier: Apache-2.0
// A node that must not serve on its NATS ends with exit code 3 and says why.
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { NatsNode } from "./cluster/nats_node.mjs";
import { NatsServer } from "./cluster/nats_server.mjs";
import { keeps_all } from "./durable/store_server.mjs";
import { until } from "./server.mjs";

const rooms = [keeps_all("*")];

async function refusal(t, nats, cluster = {}) {
  const node = new NatsNode(t, nats, { rooms, cluster });
  const { code, text } = await node.fails_to_start();
  assert.equal(code, 3, text);
  return text;
}

it("does not start while NATS is away", async (t) => {
  const nats = await NatsServer.start(t);
  await nats.kill();
  assert.match(await refusal(t, nats), /NATS cannot be used at nats:\/\/127\.0\.0\.1:\d+/);
});

it("does not start with another number of shards", async (t) => {
  const nats = await NatsServer.start(t);
  const node = await NatsNode.start(t, nats, { rooms });
  const text = await refusal(t, nats, { shards: 5 });
  assert.match(text, /cluster\.shards is 5, but the store has 4 shards/);
  await node.server.stop();
});

it("does not start if the sync of NATS must be known and is not", async (t) => {
  const nats = await NatsServer.start(t);
  const cluster = { require_sync: true, monitor_url: "http://127.0.0.1:1" };
  assert.match(await refusal(t, nats, cluster), /cluster\.require_sync/);
});

it("ends if another node has its name, which goes on", async (t) => {
  const nats = await NatsServer.start(t);
  const first = await NatsNode.start(t, nats, { rooms });
  const is_up = () => first.server.log_lines("shard_taken").length === 4;
  await until(is_up, () => `shards: ${first.server.output()}`);
  const second = new NatsNode(t, nats, { rooms });
  second.spawn();
  const { code } = await second.server.exited;
  assert.equal(code, 3, second.server.output());
  assert.match(second.server.output(), /cluster test has another node with the name a/);
  await first.server.stop();
});

it("lets the first of two nodes go on that start together with one name", async (t) => {
  const nats = await NatsServer.start(t);
  const nodes = [new NatsNode(t, nats, { rooms }), new NatsNode(t, nats, { rooms })];
  for (const node of nodes) node.spawn();
  const ends = nodes.map(async ({ server }, index) => ({ index, ...(await server.exited) }));
  const { index, code } = await Promise.race(ends);
  const [ended, other] = [nodes[index].server, nodes[1 - index].server];
  assert.equal(code, 3, ended.output());
  const named = /the node with the id (\d+).* goes on, and this one with the id (\d+) ends/;
  const [, kept, own] = named.exec(ended.output());
  assert.ok(BigInt(kept) < BigInt(own), ended.output());
  const serves = () => other.log_lines("shard_taken").length === 4;
  await until(serves, () => `shards: ${other.output()}`);
  assert.ok(other.output().includes(kept), other.output());
  await other.stop();
});

/// Ends NATS, removes all that it has stored, and starts it again.
async function wipe(nats) {
  await nats.kill();
  rmSync(join(nats.folder, "store"), { recursive: true });
  await nats.start();
}

it("ends if NATS has lost the cluster while it was away", async (t) => {
  const nats = await NatsServer.start(t);
  const cluster = { commit_timeout_ms: 1_000 };
  const node = await NatsNode.start(t, nats, { rooms, cluster });
  await wipe(nats);
  const { code } = await node.server.exited;
  assert.equal(code, 3, node.server.output());
  assert.match(node.server.output(), /cluster test is not the one that this node began with/);
  assert.match(node.server.output(), /its stream test_SN is missing/);
});

it("ends if NATS has another cluster of its name after it was away, which goes on", async (t) => {
  const nats = await NatsServer.start(t);
  const node = await NatsNode.start(t, nats, { rooms, cluster: { commit_timeout_ms: 60_000 } });
  await wipe(nats);
  const other = await NatsNode.start(t, nats, { name: "b", rooms });
  const { code } = await node.server.exited;
  assert.equal(code, 3, node.server.output());
  assert.match(node.server.output(), /the store has another hash key/);
  await other.server.stop();
});

it("goes on after a restart of NATS that has lost nothing, and counts the check", async (t) => {
  const nats = await NatsServer.start(t);
  const node = await NatsNode.start(t, nats, { rooms });
  await nats.kill();
  await nats.start();
  const checks = () => node.server.metric("roost_cluster_identity_checks_total", 'result="same"');
  await until(async () => (await checks()) > 0, () => node.server.output());
  assert.ok((await node.server.metric("roost_cluster_reconnects_total", "main")) > 0);
  const owned = async () => (await node.server.metric("roost_shards_owned")) === 4;
  await until(owned, () => node.server.output());
  assert.equal(await node.server.metric("roost_cluster_nodes"), 1);
  assert.equal(await node.server.metric("roost_shards_taken_total"), 4);
  await node.server.stop();
});
