// SPDX-License-Identifier: Apache-2.0
// A durable node that is killed under load, again and again, loses nothing that it acknowledged.
// ROOST_KILLS: how often with each store.sync (`make kills` sets it). ROOST_SEED: the choices.
import assert from "node:assert/strict";
import { it } from "node:test";
import { summary } from "./checker/run.mjs";
import { run_rules, run_with_kills } from "./durable/durable_run.mjs";
import { StoreServer } from "./durable/store_server.mjs";

const kills = Number(process.env.ROOST_KILLS ?? 3);
const seed = Number(process.env.ROOST_SEED ?? Date.now() % 2 ** 31);

for (const sync of ["always", "interval"]) {
  it(`loses nothing in ${kills} kills under load with sync ${sync}`, async (t) => {
    const store_server = await StoreServer.start(t, { rooms: run_rules, sync });
    const { violations, counts } = await run_with_kills(store_server, { seed, kills });
    t.diagnostic(`seed ${seed}: ${violations.length} violations ${JSON.stringify(counts)}`);
    assert.equal(violations.length, 0, `${summary(violations)}\n${store_server.server.output()}`);
    for (const kind of ["recovered", "repeats", "cuts", "truncations"]) {
      assert.ok(counts[kind] > 0, `no ${kind}: ${JSON.stringify(counts)}`);
    }
    await store_server.server.stop();
  });
}
