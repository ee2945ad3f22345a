// SPDX-License-Identifier: Apache-2.0
// Rooms of durability `snapshot` lose at most the last `snapshot_ms` when their node is killed.
import assert from "node:assert/strict";
import { it } from "node:test";
import { forget_lost, NumberedPusher, problems_of } from "./durable/numbered_pusher.mjs";
import { all_events } from "./durable/room_reader.mjs";
import { keeps_all, StoreServer } from "./durable/store_server.mjs";
import { sleep, until } from "./server.mjs";

const kills = Number(process.env.ROOST_KILLS ?? 3);
// After each kill the whole of every room is read, so many kills get fewer events.
const push_every_ms = Math.max(10, kills);
const snapshot_ms = 500;
// For a busy machine: from the moment when a snapshot is due until it is stored.
const late_ms = 1_500;
const topics = Array.from({ length: 12 }, (_, n) => `game:${n}`);
const rule = keeps_all("game:*", { durability: "snapshot", snapshot_ms });

/// Pushes into every room while the node is killed, and returns the problems after each kill.
async function run_with_kills(t, rules, times) {
  const store_server = await StoreServer.start(t, { rooms: rules });
  const pushers = topics.map((topic) => new NumberedPusher(store_server.server, topic));
  t.after(() => pushers.forEach((pusher) => pusher.end()));
  pushers.forEach((pusher) => pusher.connect());
  const timer = setInterval(() => pushers.forEach((pusher) => pusher.push()), push_every_ms);
  t.after(() => clearInterval(timer));
  const problems = [];
  for (let n = 0; n < times; n += 1) {
    await sleep(snapshot_ms + late_ms + 1_000 + 137 * (n % 7));
    await store_server.kill();
    const killed_ms = Date.now();
    const before = pushers.map(({ acknowledged }) => acknowledged.length);
    await store_server.start();
    const settled = () => pushers.every(({ join_ref }) => join_ref);
    await until(settled, () => `members again: ${store_server.server.output()}`);
    for (const [index, pusher] of pushers.entries()) {
      const events = await all_events(store_server.server, pusher.topic);
      assert.ok(before[index] > 0, "a push was acknowledged before the kill");
      problems.push(...problems_of(pusher, events, killed_ms - snapshot_ms - late_ms));
      forget_lost(pusher, events);
    }
  }
  return problems;
}

it(`loses at most snapshot_ms of a room in ${kills} kills`, async (t) => {
  const problems = await run_with_kills(t, [rule], kills);
  assert.deepEqual(problems.slice(0, 10), []);
});

it("finds the loss of rooms that are never stored", async (t) => {
  const problems = await run_with_kills(t, [{ ...rule, durability: "memory" }], 1);
  assert.match(problems[0] ?? "nothing", /is lost$/);
});
