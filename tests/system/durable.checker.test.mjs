// SPDX-License-Identifier: Apache-2.0
// The check of durable nodes finds a store that has lost something, and injected faults.
import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import { it } from "node:test";
import { faulty_server, summary } from "./checker/run.mjs";
import { run_rules, run_with_kills } from "./durable/durable_run.mjs";
import { StoreServer } from "./durable/store_server.mjs";

const a_loss = /^(order|resume|true_answer|one_order|push_order|idempotent): /;

async function violations_of_run(t, seed, { kills, between, ...options }) {
  const store_server = await StoreServer.start(t, { rooms: run_rules, ...options });
  const no_damage = () => {};
  const damage = between ?? no_damage;
  const given = { seed, kills, between: (n) => damage(n, store_server.path) };
  const { violations } = await run_with_kills(store_server, given);
  return violations;
}

// Some faults need a kill at an unlucky moment: such a run is repeated with other seeds.
async function finds_a_loss(t, { runs = 1, ...options }) {
  let violations = [];
  for (let seed = 1; seed <= runs && violations.length === 0; ++seed) {
    violations = await violations_of_run(t, seed, options);
  }
  assert.match(violations[0] ?? "nothing", a_loss, summary(violations));
  t.diagnostic(violations[0]);
}

it("finds that a store is set back to an earlier copy", async (t) => {
  const between = (n, path) => {
    if (n === 0) return cpSync(path, `${path}-copy`, { recursive: true });
    rmSync(path, { recursive: true });
    cpSync(`${path}-copy`, path, { recursive: true });
  };
  await finds_a_loss(t, { kills: 2, between });
});

it("finds that a store is removed", async (t) => {
  const between = (n, path) => rmSync(path, { recursive: true });
  await finds_a_loss(t, { kills: 1, between });
});

it("finds that rooms are in memory", async (t) => {
  const rooms = run_rules.map((rule) => ({ ...rule, durability: "memory" }));
  await finds_a_loss(t, { kills: 1, rooms });
});

// The simulation finds the other faults of logs, which need a rare moment.
it("finds that a push is answered before it is stored", async (t) => {
  const file = faulty_server();
  assert.ok(file, "faulty_server is missing: build it and set ROOST_FAULTY_BIN");
  const program = [file, "output_before_stored"];
  await finds_a_loss(t, { runs: 5, kills: 6, sync: "always", program });
});
