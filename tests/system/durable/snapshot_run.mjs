// SPDX-License-Identifier: Apache-2.0
// Clients that push into rooms of durability `snapshot` while their node is killed, and the check
// of what is lost.
import assert from "node:assert/strict";
import { sleep, until } from "../server.mjs";
import { forget_lost, NumberedPusher, problems_of } from "./numbered_pusher.mjs";
import { all_events } from "./room_reader.mjs";
import { keeps_all } from "./store_server.mjs";

const snapshot_ms = 500;
// For a busy machine: from the moment when a snapshot is due until it is stored.
const late_ms = 1_500;
const topics = Array.from({ length: 12 }, (_, n) => `game:${n}`);

/// The rule of the rooms of a run.
export const snapshot_rule = keeps_all("game:*", { durability: "snapshot", snapshot_ms });

/// Pushes into every room while the node is killed `times` times, and returns the problems after
/// each kill: losses of more than the last `snapshot_ms` among them.
export async function problems_in_kills(t, store_server, times) {
  const pushers = topics.map((topic) => new NumberedPusher(store_server.server, topic));
  t.after(() => pushers.forEach((pusher) => pusher.end()));
  pushers.forEach((pusher) => pusher.connect());
  // After each kill the whole of every room is read, so many kills get fewer events.
  const push_every_ms = Math.max(10, times);
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
