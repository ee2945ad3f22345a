// SPDX-License-Identifier: Apache-2.0
// The checker in checker/: it finds no violation of the server, and every injected fault.
import assert from "node:assert/strict";
import { it } from "node:test";
import { check, config, faulty_server, told } from "./checker/run.mjs";
import { binary, Server } from "./server.mjs";

const seeds = [1, 2, 3];
const seeds_to_find_max = 3;

/// The violation that each fault causes; any other has another cause.
const faults = {
  skip_ring: /^no_gap: .* comes next/,
  off_by_one_at_p: /^no_gap: .* comes next/,
  reuse_epoch: /^order: .*the room went back from/,
  duplicate_after_resume: /^order: .* comes next/,
  answer_before_apply: /^(true_answer|one_order): /,
  broadcast_before_reply: /^reply_first: /,
};
const happened = {};

async function finds(t, program, options) {
  const server = await Server.start({ config, program, t });
  const { wrong, counts } = await check(server, options);
  t.diagnostic(`seed ${options.seed}: ${wrong.length} wrong ${JSON.stringify(counts)}`);
  for (const [kind, n] of Object.entries(counts)) happened[kind] = (happened[kind] ?? 0) + n;
  return { wrong, server };
}

const faulty = (fault) => {
  const file = faulty_server();
  assert.ok(file, "no faulty_server: build it, and name it by ROOST_FAULTY_BIN");
  return [file, fault];
};

for (const seed of seeds) {
  it(`finds no violation with crashing rooms, seed ${seed}`, async (t) => {
    const { wrong, server } = await finds(t, faulty("none"), { seed, crashes: true });
    assert.equal(wrong.length, 0, told(wrong));
    await server.stop();
  });
}

it("finds no violation of the server", async (t) => {
  const { wrong, server } = await finds(t, [binary], { seed: 4 });
  assert.equal(wrong.length, 0, told(wrong));
  await server.stop();
});

it("has covered every kind of disturbance", () => {
  const met = [
    ...["cuts", "cuts_within_a_push", "cuts_within_what_comes", "pauses", "leaves", "joins_over"],
    ...["recovered", "not_recovered", "crashes_seen", "catch_ups_in_pages"],
  ];
  for (const kind of met) assert.ok(happened[kind] > 0, `no ${kind}: ${JSON.stringify(happened)}`);
});

for (const [fault, pattern] of Object.entries(faults)) {
  it(`finds ${fault} within ${seeds_to_find_max} seeds`, async (t) => {
    const options = { crashes: true, run_ms: 500, rest_ms: 2_000 };
    for (let seed = 1; seed <= seeds_to_find_max; seed += 1) {
      const { wrong, server } = await finds(t, faulty(fault), { seed, ...options });
      await server.end();
      const found = wrong.find((each) => pattern.test(each));
      if (found) return t.diagnostic(found);
      assert.equal(wrong.length, 0, `another violation: ${told(wrong)}`);
    }
    assert.fail("not found");
  });
}
