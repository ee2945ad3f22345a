// SPDX-License-Identifier: Apache-2.0
// A durable node that is stopped in order and started again has lost nothing.
import assert from "node:assert/strict";
import { it } from "node:test";
import { summary } from "./checker/run.mjs";
import { DurableRun, run_rules } from "./durable/durable_run.mjs";
import { NumberedPusher, problems_of } from "./durable/numbered_pusher.mjs";
import { all_events } from "./durable/room_reader.mjs";
import { keeps_all, StoreServer } from "./durable/store_server.mjs";
import { Member } from "./member.mjs";
import { sleep, until } from "./server.mjs";

it("loses nothing and recovers every resume over restarts under load", async (t) => {
  const store_server = await StoreServer.start(t, { rooms: run_rules });
  const run = new DurableRun(store_server, 1);
  await run.during(async () => {
    for (const ms of [2_500, 700, 10]) {
      await sleep(ms);
      await store_server.stop_and_start();
    }
    await sleep(500);
  });
  const { violations, counts } = await run.finish();
  t.diagnostic(JSON.stringify(counts));
  assert.equal(violations.length, 0, summary(violations));
  assert.ok(counts.recovered > 0, JSON.stringify(counts));
});

it("keeps every event of a snapshot room when it is stopped in order", async (t) => {
  const rooms = [keeps_all("*", { durability: "snapshot", snapshot_ms: 60_000 })];
  const store_server = await StoreServer.start(t, { rooms });
  const pusher = new NumberedPusher(store_server.server, "game:1");
  t.after(() => pusher.end());
  pusher.connect();
  for (let n = 0; n < 2; n += 1) {
    const timer = setInterval(() => pusher.push(), 5);
    await sleep(500);
    clearInterval(timer);
    await until(() => pusher.is_settled(), "all answers");
    await store_server.stop_and_start();
    await until(() => pusher.is_settled(), "a member again");
  }
  assert.ok(pusher.acknowledged.length > 20);
  assert.deepEqual(problems_of(pusher, await all_events(store_server.server, "game:1")), []);
  assert.deepEqual(pusher.resumes.map(({ recovered }) => recovered), [true, true]);
});

it("begins rooms in memory anew beside durable ones, and says so", async (t) => {
  const rooms = [keeps_all("kept:*"), keeps_all("*", { durability: "memory" })];
  const store_server = await StoreServer.start(t, { rooms });
  const positions = {};
  for (const topic of ["kept:1", "room:1"]) {
    const member = await Member.join(store_server.server, topic);
    positions[topic] = await member.push("msg", { n: 1 });
  }
  await store_server.stop_and_start();
  for (const [topic, resume] of Object.entries(positions)) {
    const member = await Member.join(store_server.server, topic, { payload: { resume } });
    const { recovered, missed, offset } = member.joined;
    const expected = topic === "kept:1" ? [true, 0, 1] : [false, 0, 0];
    assert.deepEqual([recovered, missed, offset], expected, topic);
  }
  await store_server.server.stop();
});

it("keeps idempotency values and receipts over a restart", async (t) => {
  const store_server = await StoreServer.start(t, { rooms: run_rules });
  const topic = "stored:1";
  const member = await Member.join(store_server.server, topic);
  const first = await member.say("msg", { id: "a", n: 1 });
  await member.say("mark_read", first);
  await store_server.kill_and_start();
  const other = await Member.join(store_server.server, topic);
  const { payload } = (await other.until_event("read_receipts")).pop();
  assert.deepEqual(Object.values(payload.receipts), [first]);
  assert.deepEqual(await other.say("msg", { id: "a", n: 1 }), first);
  assert.equal((await other.say("msg", { id: "b", n: 2 })).offset, 2);
  const events = await all_events(store_server.server, topic);
  assert.deepEqual(events.map(({ id }) => id), ["a", "b"]);
  await store_server.server.stop();
});
