// SPDX-License-Identifier: Apache-2.0
// A log in NATS that is nearly full refuses pushes, those of its own rooms only, is truncated, and
// goes on.
import assert from "node:assert/strict";
import { it } from "node:test";
import { NatsNode } from "./cluster/nats_node.mjs";
import { NatsServer } from "./cluster/nats_server.mjs";
import { join_when_served, push_once } from "./cluster/patient_member.mjs";
import { NumberedPusher, problems_of } from "./durable/numbered_pusher.mjs";
import { all_events } from "./durable/room_reader.mjs";
import { keeps_all } from "./durable/store_server.mjs";
import { count_to } from "./member.mjs";
import { until } from "./server.mjs";

// The smallest bound: a log has two of these, and refuses pushes above nine tenths of that.
const log_bytes_max = 1_048_576;
// Much longer than it takes to fill the log.
const truncate_delay_ms = 8_000;
const push_bytes = 12_000;
const topic = "room:full";
// In four shards: surely some of them are in another one than `topic`.
const others = count_to(24).map((n) => `room:${n}`);

it("refuses the pushes of one full log until it is truncated, and loses nothing", async (t) => {
  const nats = await NatsServer.start(t);
  const cluster = { log_bytes_max, truncate_delay_ms, log_age_ms: 1_000 };
  const node = await NatsNode.start(t, nats, { rooms: [keeps_all("*")], cluster });
  const { server } = node;
  const probes = await Promise.all(others.map((name) => join_when_served(server, name)));
  const pusher = new NumberedPusher(server, topic);
  t.after(() => pusher.end());
  pusher.connect();
  const timer = setInterval(() => pusher.push(push_bytes), 5);
  t.after(() => clearInterval(timer));

  const is_refused = () => pusher.refused.length > 0;
  await until(is_refused, () => `a refused push: ${server.output()}`, 60_000);
  clearInterval(timer);
  const statuses = await Promise.all(probes.map(async (member) => {
    const { status, response } = await push_once(member, "msg", { x: 1 });
    return status === "ok" ? "ok" : response.reason;
  }));
  assert.deepEqual([...new Set(statuses)].sort(), ["ok", "unavailable"]);
  const ready = await fetch(`${server.url}/ready`);
  assert.equal(ready.status, 503);
  assert.equal(await server.metric("roost_shards_unavailable"), 1);
  assert.deepEqual([...new Set(pusher.refused.map(({ reason }) => reason))], ["unavailable"]);

  // It is truncated as soon as its snapshots are old enough.
  const refused = pusher.refused.length;
  const takes = async () => {
    pusher.push();
    return (await server.metric("roost_shards_unavailable")) === 0;
  };
  await until(takes, () => `a log with space: ${server.output()}`, 60_000);
  const { length } = pusher.acknowledged;
  const goes_on = () => (pusher.push(), pusher.acknowledged.length > length + 3);
  await until(goes_on, () => `pushes that are answered ok: ${server.output()}`, 60_000);
  assert.ok((await node.truncations()) > 0);
  t.diagnostic(`${refused} and ${pusher.refused.length} refused, ${length} answered`);
  assert.equal(await server.metric("roost_store_appends_failed_total"), 0);
  await until(() => pusher.is_settled(), "all answers");
  await node.kill_and_start();
  await join_when_served(node.server, topic);
  const events = await all_events(node.server, topic);
  assert.deepEqual(problems_of(pusher, events).slice(0, 5), [], node.server.output());
  await node.server.stop();
});
