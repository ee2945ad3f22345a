// SPDX-License-Identifier: Apache-2.0
// A durable node that is killed under load, again and again, loses nothing that it acknowledged.
// ROOST_KILLS: how often with each store.sync (`make kills` sets it). ROOST_SEED: the choices.
import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import { it } from "node:test";
import { summary } from "./checker/run.mjs";
import { DurableRun, kill_repeatedly, run_rules } from "./durable/durable_run.mjs";
import { StoreServer } from "./durable/store_server.mjs";

const kills = Number(process.env.ROOST_KILLS ?? 3);

const start = (t, sync, options = {}) =>
  StoreServer.start(t, { rooms: run_rules, sync, ...options });

async function run_with_kills(t, store_server, times, between) {
  const seed = Number(process.env.ROOST_SEED ?? Date.now() % 2 ** 31);
  const run = new DurableRun(store_server, seed);
  await run.start();
  await kill_repeatedly(run, times, between);
  const { violations, counts } = await run.finish();
  t.diagnostic(`seed ${seed}: ${violations.length} violations ${JSON.stringify(counts)}`);
  return { violations, counts };
}

for (const sync of ["always", "interval"]) {
  it(`loses nothing in ${kills} kills under load with sync ${sync}`, async (t) => {
    const store_server = await start(t, sync);
    const { violations, counts } = await run_with_kills(t, store_server, kills);
    assert.equal(violations.length, 0, `${summary(violations)}\n${store_server.server.output()}`);
    for (const kind of ["recovered", "repeats", "cuts", "truncations"]) {
      assert.ok(counts[kind] > 0, `no ${kind}: ${JSON.stringify(counts)}`);
    }
    await store_server.server.stop();
  });
}

/// What is done to the store while the node does not run, and the violation that the run finds.
const damages = {
  "a store that is set back to an earlier copy": {
    between: ({ path }, copy) => {
      rmSync(path, { recursive: true });
      cpSync(copy, path, { recursive: true });
    },
    pattern: /^(order|resume|true_answer|one_order): /,
  },
  "a store that is removed": {
    between: ({ path }) => rmSync(path, { recursive: true }),
    pattern: /^(order|resume|true_answer|one_order): /,
  },
};

for (const [name, { between, pattern }] of Object.entries(damages)) {
  it(`finds the loss of ${name}`, async (t) => {
    const store_server = await start(t, "interval");
    const copy = `${store_server.path}-copy`;
    const { violations } = await run_with_kills(t, store_server, 2, (n) => {
      if (n === 0) cpSync(store_server.path, copy, { recursive: true });
      else between(store_server, copy);
    });
    assert.match(violations[0] ?? "nothing", pattern, summary(violations));
  });
}

it("finds that rooms in memory lose everything", async (t) => {
  const rooms = run_rules.map((rule) => ({ ...rule, durability: "memory" }));
  const { violations } = await run_with_kills(t, await start(t, "interval", { rooms }), 1);
  assert.match(violations[0] ?? "nothing", /^(order|resume|true_answer|one_order): /);
});
