// SPDX-License-Identifier: Apache-2.0
// A node that must not serve on its NATS ends with exit code 3 and says why.
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createServer } from "node:http";
import { it } from "node:test";
import { FakeNats } from "./cluster/fake_nats.mjs";
import { NatsClient } from "./cluster/nats_client.mjs";
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

it("does not start on a server that is too old, for one replica and for three", async (t) => {
  const needs = (found, needed) => new RegExp(`version ${found}, but .* needs ${needed} or newer`);
  const old = await FakeNats.start(t, "2.10.26");
  assert.match(await refusal(t, old), needs("2\\.10\\.26", "2\\.10\\.27"));
  const newer = await FakeNats.start(t, "2.14.2");
  assert.match(await refusal(t, newer, { replicas: 3 }), needs("2\\.14\\.2", "2\\.14\\.3"));
});

it("does not start without JetStream", async (t) => {
  const nats = await NatsServer.start(t, { jetstream: null });
  assert.match(await refusal(t, nats), /JetStream is not enabled at the NATS server/);
});

it("does not start on a JetStream that is too small", async (t) => {
  const nats = await NatsServer.start(t, { jetstream: "max_file: 100MB" });
  assert.match(await refusal(t, nats), /"max_bytes":512000000.*insufficient storage resources/);
});

const limits = { max_age: 3_600_000_000_000, max_msgs: 1_000, max_msg_size: 10_000 };
for (const [name, value] of Object.entries({ ...limits, retention: "workqueue" })) {
  it(`does not start on a log with the limit ${name}`, async (t) => {
    const nats = await NatsServer.start(t);
    const client = await NatsClient.connect(t, nats);
    const stream = { name: "test_EV_2", subjects: ["test.ev.2"], discard: "new", [name]: value };
    await client.call("STREAM.CREATE.test_EV_2", stream);
    const text = new RegExp(`stream test_EV_2: ${name} is "?${value}"?, but must be `);
    assert.match(await refusal(t, nats), text);
  });
}

it("does not start on the snapshots of another cluster", async (t) => {
  const nats = await NatsServer.start(t);
  const node = await NatsNode.start(t, nats, { rooms });
  const client = await NatsClient.connect(t, nats);
  const kept = { max_msgs_per_subject: 2, allow_direct: true, discard: "new" };
  const stream = { name: "other_SN", subjects: ["other.sn.>"], ...kept };
  const subject_transforms = [{ src: "test.sn.>", dest: "other.sn.>" }];
  const sources = [{ name: "test_SN", subject_transforms }];
  await client.call("STREAM.CREATE.other_SN", { ...stream, sources });
  const messages = async () => (await client.call("STREAM.INFO.other_SN")).state.messages;
  await until(async () => (await messages()) > 0, "copies of the snapshots");
  await client.call("STREAM.UPDATE.other_SN", stream);
  const text = await refusal(t, nats, { name: "other" });
  assert.match(text, /cluster\.name is other, but the store is of the cluster test/);
  await node.server.stop();
});

it("does not start with logs whose hash key is gone", async (t) => {
  const nats = await NatsServer.start(t);
  const node = await NatsNode.start(t, nats, { rooms });
  const is_up = () => node.server.log_lines("shard_taken").length === 4;
  await until(is_up, () => `shards: ${node.server.output()}`);
  await node.server.stop();
  const client = await NatsClient.connect(t, nats);
  await client.call("STREAM.DELETE.test_SN");
  assert.match(await refusal(t, nats), /it has stored rooms, but its identity is missing/);
});

it("does not start if the sync of NATS must be known and is not", async (t) => {
  const nats = await NatsServer.start(t);
  const cluster = { require_sync: true, monitor_url: "http://127.0.0.1:1" };
  const text = await refusal(t, nats, cluster);
  const too_old = /cluster\.require_sync needs 2\.14\.6 or newer/;
  assert.match(text, too_old.test(text) ? too_old : /nobody says whether NATS syncs/);
});

it("does not start if NATS must sync each write and does not", async (t) => {
  const nats = await FakeNats.start(t, "2.14.6");
  const config = { sync_interval: 120_000_000_000 };
  const varz = { version: "2.14.6", server_name: "fake", jetstream: { config } };
  const monitor = createServer((_, answer) => answer.end(JSON.stringify(varz)));
  await new Promise((done) => monitor.listen(0, "127.0.0.1", done));
  t.after(() => monitor.close());
  const monitor_url = `http://127.0.0.1:${monitor.address().port}`;
  const text = await refusal(t, nats, { require_sync: true, monitor_url });
  assert.match(text, /fake has jetstream\.sync_interval 120000 ms, not always/);
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
  // The connection of the logs and that of the network come back on their own, in any order.
  const reconnects = () => node.server.metric("roost_cluster_reconnects_total", "main");
  await until(async () => (await reconnects()) > 0, () => node.server.output());
  const owned = async () => (await node.server.metric("roost_shards_owned")) === 4;
  await until(owned, () => node.server.output());
  assert.equal(await node.server.metric("roost_cluster_nodes"), 1);
  assert.equal(await node.server.metric("roost_shards_taken_total"), 4);
  await node.server.stop();
});
