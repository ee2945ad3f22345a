// SPDX-License-Identifier: Apache-2.0
// Checked clients on three nodes push, resume and change their nodes, while nodes are killed and
// stand still and NATS is killed: one order, and nothing acknowledged is lost, doubled or
// reordered.
// ROOST_KILLS: how often each (`make kill-cluster` sets it). ROOST_SEED: the choices.
import assert from "node:assert/strict";
import { it } from "node:test";
import { summary } from "./checker/run.mjs";
import { ClusterRun } from "./cluster/cluster_run.mjs";
import { NatsCluster } from "./cluster/nats_cluster.mjs";
import { records_of } from "./cluster/push_records.mjs";
import { repeated } from "./cluster/times.mjs";
import { run_rules } from "./durable/durable_run.mjs";
import { count_to } from "./member.mjs";
import { sleep } from "./server.mjs";

const times = repeated(1);
const seed = Number(process.env.ROOST_SEED ?? Date.now() % 2 ** 31);
const gone_ms = 1_000; // the default of cluster.gone_ms

const faults = {
  "a node is killed": async ({ run, cluster, random }) => {
    const node = random.pick(cluster.nodes);
    await run.at_next_acknowledgement(() => node.kill());
    await sleep(random.between(0, 3 * gone_ms));
    await node.start();
  },
  "two nodes are killed": async ({ run, cluster, random }) => {
    const kept = random.pick(cluster.nodes);
    const killed = cluster.nodes.filter((node) => node !== kept);
    await run.at_next_acknowledgement(() => Promise.all(killed.map((node) => node.kill())));
    await sleep(random.between(0, 3 * gone_ms));
    await Promise.all(killed.map((node) => node.start()));
  },
  "a node stands still": async ({ run, cluster, random }) => {
    const node = random.pick(cluster.nodes);
    await run.at_next_acknowledgement(() => node.pause());
    await sleep(random.pick([gone_ms / 2, gone_ms, 2 * gone_ms, 5 * gone_ms]));
    node.proceed();
  },
  "NATS is killed": async ({ run, cluster: { nats }, random }) => {
    await run.at_next_acknowledgement(() => nats.kill());
    await sleep(random.between(0, 1_000));
    await nats.start();
  },
};

it(`breaks no promise while each kind of fault happens ${times} times`, async (t) => {
  // No truncation: with it nats-server 2.10.27 can lose a log when it is killed (docs/cluster.md).
  const log_age = { log_age_ms: 3_600_000 };
  const limits = { refusals_per_minute_max: 0 };
  const cluster = await NatsCluster.start(t, { rooms: run_rules, limits, cluster: log_age });
  const run = new ClusterRun(cluster, seed);
  const { random } = run;
  const happened = [];
  await run.during(async () => {
    for (const _n of count_to(times)) {
      for (const [name, fault] of Object.entries(faults)) {
        // Sometimes a fault meets nodes that still deal with the one before.
        if (random.chance(0.4)) await cluster.settled();
        await sleep(random.between(0, 500));
        if (run.has_found()) break;
        const time = new Date().toISOString().slice(11, 23);
        happened.push(`${time} ${name}`);
        await fault({ run, cluster, random });
      }
    }
    await cluster.settled();
  });
  const { violations, counts } = await run.finish();
  t.diagnostic(`seed ${seed}: ${violations.length} violations ${JSON.stringify(counts)}`);
  const output = () => cluster.servers.map((server) => server.output());
  const more = () => [...records_of(violations, run.clients), ...happened, ...output()];
  assert.equal(violations.length, 0, [summary(violations), ...more()].join("\n"));
  for (const kind of ["recovered", "repeats", "cuts"]) {
    assert.ok(counts[kind] > 0, `no ${kind}: ${JSON.stringify(counts)}`);
  }
  for (const kind of ["ends_of_channels", "ends_of_connections"]) {
    assert.equal(counts[kind], undefined, `${kind}: ${JSON.stringify(counts)}`);
  }
  await cluster.stop();
});
