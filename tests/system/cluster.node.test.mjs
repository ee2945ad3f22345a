// SPDX-License-Identifier: Apache-2.0
// One node on NATS loses nothing that it acknowledged when it, its NATS, or both are killed under
// load, again and again. ROOST_KILLS: how often (`make kill-cluster` sets it). ROOST_SEED: the
// choices.
import assert from "node:assert/strict";
import { it } from "node:test";
import { summary } from "./checker/run.mjs";
import { NatsNode } from "./cluster/nats_node.mjs";
import { NatsServer } from "./cluster/nats_server.mjs";
import { run_rules, run_with_kills } from "./durable/durable_run.mjs";
import { Member } from "./member.mjs";

const kills = Number(process.env.ROOST_KILLS ?? 2);
const seed = Number(process.env.ROOST_SEED ?? Date.now() % 2 ** 31);

/// `truncates`: the log is truncated meanwhile. `kills_nats`: only NATS, not the node.
async function check(t, { sync, between = () => {}, truncates = true, kills_nats = false }) {
  const nats = await NatsServer.start(t, { sync });
  const log_age = truncates ? {} : { log_age_ms: 3_600_000 };
  const node = await NatsNode.start(t, nats, { rooms: run_rules, cluster: log_age });
  const victim = kills_nats ? nats : node;
  const options = { seed, kills, between: () => between(nats), victim };
  const { violations, counts } = await run_with_kills(node, options);
  t.diagnostic(`seed ${seed}: ${violations.length} violations ${JSON.stringify(counts)}`);
  assert.equal(violations.length, 0, `${summary(violations)}\n${node.server.output()}`);
  // A push is repeated when its answer was lost, which needs a kill of the node.
  const expected = ["recovered", "cuts", kills_nats ? "reconnects" : "repeats"];
  if (truncates) expected.push("truncations");
  if (kills_nats) counts.reconnects = await node.server.metric("roost_cluster_reconnects_total");
  for (const kind of expected) assert.ok(counts[kind] > 0, `no ${kind}: ${JSON.stringify(counts)}`);
  await node.server.stop();
}

for (const sync of ["always", undefined]) {
  const named = sync ? `sync ${sync}` : "the default sync";
  it(`loses nothing in ${kills} kills of the node with ${named}`, async (t) => {
    await check(t, { sync });
  });
  // Without truncation: with it one of 420 kills of nats-server 2.10.27 lost a log. Before 2.11.12
  // and 2.12.3 it writes a file of more than 2 MB anew, in its place, when a log is truncated.
  it(`loses nothing in ${kills} kills of the node and of NATS with ${named}`, async (t) => {
    const between = async (nats) => {
      await nats.kill();
      await nats.start();
    };
    await check(t, { sync, between, truncates: false });
  });
  it(`loses nothing in ${kills} kills of NATS alone with ${named}`, async (t) => {
    await check(t, { sync, truncates: false, kills_nats: true });
  });
}

it("keeps a room whose name has every kind of byte", async (t) => {
  const nats = await NatsServer.start(t);
  const node = await NatsNode.start(t, nats, { rooms: run_rules });
  const names = ["stored: a b", "stored:*", "stored:>", "stored:a.b..c.", "stored:ü→😀", "stored:$"];
  names.push(`stored:${"x".repeat(248)}`);
  for (const topic of names) {
    const member = await Member.join(node.server, topic);
    assert.equal((await member.push("msg", { topic })).offset, 1);
    member.close();
  }
  await node.kill_and_start();
  for (const topic of names) {
    const member = await Member.join(node.server, topic, { payload: { history: 10 } });
    assert.deepEqual(await member.events("msg", 1), [{ topic }]);
    member.close();
  }
  await node.server.stop();
});
