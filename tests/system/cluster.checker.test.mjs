// SPDX-License-Identifier: Apache-2.0
// The check of clusters finds planted faults. tests/promises/cases.json has the made records.
import assert from "node:assert/strict";
import { it } from "node:test";
import { faulty_server, summary } from "./checker/run.mjs";
import { ClusterRun } from "./cluster/cluster_run.mjs";
import { NatsCluster } from "./cluster/nats_cluster.mjs";
import { run_rules } from "./durable/durable_run.mjs";
import { sleep } from "./server.mjs";

const a_loss = /^(order|resume|no_gap|true_answer|one_order|push_order|idempotent): /;

/// Loads a cluster, runs `damage`, and expects that the check finds a loss.
async function finds_a_loss(t, damage, options) {
  const cluster = await NatsCluster.start(t, { rooms: run_rules, ...options });
  const run = new ClusterRun(cluster, 1);
  await run.during(async () => {
    await cluster.settled();
    await sleep(500);
    await damage(cluster);
    await cluster.settled();
    await sleep(500);
  });
  const { violations } = await run.finish();
  assert.match(violations[0] ?? "nothing", a_loss, summary(violations));
  t.diagnostic(violations[0]);
}

it("finds that rooms are in memory when their owner is killed", async (t) => {
  const rooms = run_rules.map((rule) => ({ ...rule, durability: "memory" }));
  await finds_a_loss(t, (cluster) => cluster.nodes[0].kill_and_start(), { rooms });
});

it("finds that a push is answered before it is stored", async (t) => {
  const file = faulty_server();
  assert.ok(file, "faulty_server is missing: build it and set ROOST_FAULTY_BIN");
  // What is on its way to NATS is lost with it.
  const kill_all = async ({ nats, nodes }) => {
    nats.pause();
    await sleep(200);
    await Promise.all([nats.kill(), ...nodes.map((node) => node.kill())]);
    await nats.start();
    await Promise.all(nodes.map((node) => node.start()));
  };
  await finds_a_loss(t, kill_all, { program: [file, "output_before_stored"] });
});
