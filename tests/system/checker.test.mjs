// SPDX-License-Identifier: Apache-2.0
// The checker in checker/: it finds no violation of the server, and every injected fault.
import assert from "node:assert/strict";
import { it } from "node:test";
import { check, config, faulty_server, summary } from "./checker/run.mjs";
import { binary, Server } from "./server.mjs";

const seeds = [1, 2, 3];
const seeds_to_find_max = 3;

/// The violation that each fault causes; a different violation fails the test.
const faults = {
  skip_recent_events: /^no_gap: .* comes next/,
  off_by_one_at_p: /^no_gap: .* comes next/,
  reuse_epoch: /^order: .*the room went back from/,
  duplicate_after_resume: /^order: .* comes next/,
  answer_before_apply: /^(true_answer|one_order): /,
  broadcast_before_reply: /^reply_first: /,
};
const happened = {};

async function run_seed(t, program, options) {
  const server = await Server.start({ config, program, t });
  const { violations, counts } = await check(server, options);
  t.diagnostic(`seed ${options.seed}: ${violations.length} violations ${JSON.stringify(counts)}`);
  for (const [kind, n] of Object.entries(counts)) happened[kind] = (happened[kind] ?? 0) + n;
  return { violations, server };
}

const faulty = (fault) => {
  const file = faulty_server();
  assert.ok(file, "faulty_server is missing: build it and set ROOST_FAULTY_BIN");
  return [file, fault];
};

for (const seed of seeds) {
  it(`finds no violation with crashing rooms, seed ${seed}`, async (t) => {
    const { violations, server } = await run_seed(t, faulty("none"), { seed, crashes: true });
    assert.equal(violations.length, 0, summary(violations));
    await server.stop();
  });
}

it("finds no violation of the server", async (t) => {
  const { violations, server } = await run_seed(t, [binary], { seed: 4 });
  assert.equal(violations.length, 0, summary(violations));
  await server.stop();
});

it("exercises every kind of disturbance", () => {
  const kinds = [
    ...["cuts", "cuts_within_a_push", "cuts_while_receiving", "pauses", "leaves", "joins_over"],
    ...["recovered", "not_recovered", "crashes_seen", "catch_ups_in_pages"],
  ];
  for (const kind of kinds) {
    assert.ok(happened[kind] > 0, `no ${kind}: ${JSON.stringify(happened)}`);
  }
});

for (const [fault, pattern] of Object.entries(faults)) {
  it(`finds ${fault} within ${seeds_to_find_max} seeds`, async (t) => {
    const options = { crashes: true, run_ms: 500, rest_ms: 2_000 };
    for (let seed = 1; seed <= seeds_to_find_max; seed += 1) {
      const { violations, server } = await run_seed(t, faulty(fault), { seed, ...options });
      await server.end();
      const found = violations.find((each) => pattern.test(each));
      if (found) return t.diagnostic(found);
      assert.equal(violations.length, 0, `another violation: ${summary(violations)}`);
    }
    assert.fail("not found");
  });
}
