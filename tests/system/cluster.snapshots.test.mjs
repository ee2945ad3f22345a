// SPDX-License-Identifier: Apache-2.0
// On NATS, rooms of durability `snapshot` lose at most the last `snapshot_ms` when their node is
// killed, and rooms in memory end with it. ROOST_KILLS: how often.
import assert from "node:assert/strict";
import { it } from "node:test";
import { NatsNode } from "./cluster/nats_node.mjs";
import { NatsServer } from "./cluster/nats_server.mjs";
import { join_when_served } from "./cluster/patient_member.mjs";
import { problems_in_kills, snapshot_rule } from "./durable/snapshot_run.mjs";
import { keeps_all } from "./durable/store_server.mjs";

const kills = Number(process.env.ROOST_KILLS ?? 2);

it(`loses at most snapshot_ms of a room in ${kills} kills of its node`, async (t) => {
  const nats = await NatsServer.start(t);
  const node = await NatsNode.start(t, nats, { rooms: [snapshot_rule] });
  const problems = await problems_in_kills(t, node, kills);
  assert.deepEqual(problems.slice(0, 10), []);
  await node.server.stop();
});

it("keeps a snapshot room as it was when its node is stopped in order", async (t) => {
  const nats = await NatsServer.start(t);
  const rooms = [{ ...snapshot_rule, snapshot_ms: 60_000 }];
  const node = await NatsNode.start(t, nats, { rooms });
  const writer = await join_when_served(node.server, "game:1");
  for (const n of [1, 2, 3]) await writer.say("msg", { n });
  writer.close();
  await node.stop_and_start();
  const reader = await join_when_served(node.server, "game:1", { history: 100 });
  assert.deepEqual(await reader.events("msg", 3), [{ n: 1 }, { n: 2 }, { n: 3 }]);
  reader.close();
  await node.server.stop();
});

it("begins a memory room anew after its node was killed, and keeps it when NATS was", async (t) => {
  const nats = await NatsServer.start(t);
  const rooms = [keeps_all("*", { durability: "memory" })];
  const node = await NatsNode.start(t, nats, { rooms });
  const member = await join_when_served(node.server, "room:1");
  const { epoch, offset } = await member.say("msg", { n: 1 });
  assert.equal(offset, 1);
  await nats.kill();
  await nats.start();
  const resume = { resume: { epoch, offset } };
  const again = await join_when_served(node.server, "room:1", resume);
  assert.deepEqual(again.joined, { epoch, offset: 1, recovered: true, missed: 0 });
  again.close();
  member.close();
  await node.kill_and_start();
  const fresh = await join_when_served(node.server, "room:1", resume);
  assert.notEqual(fresh.joined.epoch, epoch);
  const { recovered, missed } = fresh.joined;
  assert.deepEqual([fresh.joined.offset, recovered, missed], [0, false, 0]);
  fresh.close();
  await node.server.stop();
});
