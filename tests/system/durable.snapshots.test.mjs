// SPDX-License-Identifier: Apache-2.0
// Rooms of durability `snapshot` lose at most the last `snapshot_ms` when their node is killed.
import assert from "node:assert/strict";
import { it } from "node:test";
import { problems_in_kills, snapshot_rule } from "./durable/snapshot_run.mjs";
import { StoreServer } from "./durable/store_server.mjs";

const kills = Number(process.env.ROOST_KILLS ?? 3);

it(`loses at most snapshot_ms of a room in ${kills} kills`, async (t) => {
  const store_server = await StoreServer.start(t, { rooms: [snapshot_rule] });
  const problems = await problems_in_kills(t, store_server, kills);
  assert.deepEqual(problems.slice(0, 10), []);
});

it("finds the loss of rooms that are never stored", async (t) => {
  const rooms = [{ ...snapshot_rule, durability: "memory" }];
  const store_server = await StoreServer.start(t, { rooms });
  const problems = await problems_in_kills(t, store_server, 1);
  assert.match(problems[0] ?? "nothing", /is lost$/);
});
