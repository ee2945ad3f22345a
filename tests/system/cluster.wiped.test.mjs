// SPDX-License-Identifier: Apache-2.0
// A log that somebody empties, removes or cuts short under a running node is noticed: it is logged
// and counted, no two events get one position, and no member misses an event without being told.
import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { NatsClient } from "./cluster/nats_client.mjs";
import { NatsNode } from "./cluster/nats_node.mjs";
import { NatsServer } from "./cluster/nats_server.mjs";
import { NumberedPusher, problems_of } from "./durable/numbered_pusher.mjs";
import { all_events } from "./durable/room_reader.mjs";
import { keeps_all } from "./durable/store_server.mjs";
import { count_to } from "./member.mjs";
import { until } from "./server.mjs";

// Surely some in each of four shards.
const topics = count_to(32).map((n) => `room:${n}`);
const shards = count_to(3, 0);

/// A node with a member of each room that pushes.
async function start(t, cluster = {}) {
  const nats = await NatsServer.start(t);
  const node = await NatsNode.start(t, nats, { rooms: [keeps_all("*")], cluster });
  const pushers = topics.map((topic) => new NumberedPusher(node.server, topic));
  pushers.forEach((pusher) => pusher.connect());
  const timer = setInterval(() => pushers.forEach((pusher) => pusher.push()), 60);
  t.after(() => (clearInterval(timer), pushers.forEach((pusher) => pusher.end())));
  const run = { nats, node, pushers, timer };
  await more_acknowledged(run, 10);
  return run;
}

/// Waits until each client has `count` more answers "ok".
async function more_acknowledged({ node, pushers }, count) {
  const before = pushers.map(({ acknowledged }) => acknowledged.length);
  const has_more = ({ acknowledged }, at) => acknowledged.length >= before[at] + count;
  const are_there = () => pushers.every(has_more);
  await until(are_there, () => `answers: ${node.server.output()}`, 60_000);
}

/// Waits until the loss of `count` logs is counted, and checks that it is logged.
async function notices({ node: { server } }, count) {
  const lost = () => server.metric("roost_shards_lost_total", 'reason="lost"');
  await until(async () => (await lost()) >= count, () => `a loss: ${server.output()}`, 60_000);
  const logged = () => new Set(server.log_lines("store_lost_data").map(({ shard }) => shard));
  await until(() => logged().size >= count, () => `log lines: ${server.output()}`);
}

const waiting = (pushers) =>
  pushers.map(({ topic, join_ref, line }) => `${topic} ${join_ref} ${line?.pending.size}`).join();

/// Everything that was answered since `from_ms` is there, each position has one event, and whoever
/// missed an event was told so. Then the same after a start of the node.
async function check({ node, pushers, timer }, from_ms) {
  clearInterval(timer);
  const settled = () => pushers.every((pusher) => pusher.is_settled());
  await until(settled, () => `all answers: ${waiting(pushers)} ${node.server.output()}`, 60_000);
  for (const is_started_again of [false, true]) {
    if (is_started_again) {
      await node.kill_and_start();
      await until(settled, () => `members again: ${node.server.output()}`, 60_000);
    }
    for (const pusher of pushers) {
      // What was answered before the loss may be gone.
      pusher.acknowledged = pusher.acknowledged.filter(({ at_ms }) => at_ms >= from_ms);
      const events = await all_events(node.server, pusher.topic);
      const problems = problems_of(pusher, events);
      assert.deepEqual(problems.slice(0, 5), [], `${pusher.topic}: ${node.server.output()}`);
    }
  }
}

/// Every member whose last event is gone has been told that it is not recovered.
function all_told({ pushers }) {
  const not_recovered = pushers.filter(({ resumes }) => resumes.some((one) => !one.recovered));
  assert.equal(not_recovered.length, pushers.length);
}

const streams = shards.map((shard) => `test_EV_${shard}`);

it("notices that its logs were emptied, at the latest when NATS comes back", async (t) => {
  const run = await start(t, { log_age_ms: 3_600_000 });
  const client = await NatsClient.connect(t, run.nats);
  for (const stream of streams) {
    const { purged } = await client.call(`STREAM.PURGE.${stream}`);
    assert.ok(purged > 0);
  }
  await run.nats.kill();
  await run.nats.start();
  await notices(run, streams.length);
  const from_ms = Date.now();
  await more_acknowledged(run, 10);
  await check(run, from_ms);
  await run.node.server.stop();
});

it("notices that its logs were removed, and makes them again", async (t) => {
  const run = await start(t, { log_age_ms: 3_600_000 });
  const client = await NatsClient.connect(t, run.nats);
  for (const stream of streams) await client.call(`STREAM.DELETE.${stream}`);
  await notices(run, streams.length);
  const from_ms = Date.now();
  await more_acknowledged(run, 10);
  all_told(run);
  assert.ok(run.node.server.log_lines("stream_missing").length > 0);
  await check(run, from_ms);
  await run.node.server.stop();
});

it("notices that the files of its logs were removed while NATS was away", async (t) => {
  const run = await start(t, { log_age_ms: 3_600_000 });
  await run.nats.kill();
  const folder = join(run.nats.store, "jetstream", "$G", "streams");
  for (const stream of streams) rmSync(join(folder, stream), { recursive: true });
  await run.nats.start();
  await notices(run, streams.length);
  const from_ms = Date.now();
  await more_acknowledged(run, 10);
  all_told(run);
  await check(run, from_ms);
  await run.node.server.stop();
});

it("notices that its logs are shorter than they were", async (t) => {
  const run = await start(t, { log_age_ms: 3_600_000 });
  await run.nats.kill();
  const folder = join(run.nats.store, "jetstream", "$G", "streams");
  const copy = join(run.nats.folder, "copy");
  cpSync(folder, copy, { recursive: true });
  await run.nats.start();
  await more_acknowledged(run, 10);
  await run.nats.kill();
  for (const stream of streams) {
    rmSync(join(folder, stream), { recursive: true });
    cpSync(join(copy, stream), join(folder, stream), { recursive: true });
  }
  await run.nats.start();
  await notices(run, streams.length);
  const from_ms = Date.now();
  await more_acknowledged(run, 10);
  all_told(run);
  await check(run, from_ms);
  await run.node.server.stop();
});

it("notices that its snapshots were removed", async (t) => {
  const run = await start(t, { log_age_ms: 500 });
  const client = await NatsClient.connect(t, run.nats);
  await until(async () => (await run.node.truncations()) > 0, "a truncation");
  // All but the identity of the cluster.
  for (const key of [...topics, "$"]) {
    await client.call("STREAM.PURGE.test_SN", { filter: `test.sn.*.${key}` });
  }
  await notices(run, streams.length);
  const from_ms = Date.now();
  await more_acknowledged(run, 10);
  await check(run, from_ms);
  await run.node.server.stop();
});
