// SPDX-License-Identifier: Apache-2.0
// One node whose nats-server goes away, stands still, or starts again and again.
// ROOST_KILLS: a hundred starts instead of ten.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { it } from "node:test";
import { NatsNode } from "./cluster/nats_node.mjs";
import { NatsProxy } from "./cluster/nats_proxy.mjs";
import { NatsServer } from "./cluster/nats_server.mjs";
import { join_when_served, push_once, push_until_ok } from "./cluster/patient_member.mjs";
import { NumberedPusher, problems_of } from "./durable/numbered_pusher.mjs";
import { all_events } from "./durable/room_reader.mjs";
import { keeps_all } from "./durable/store_server.mjs";
import { count_to } from "./member.mjs";
import { measures_memory, sleep, until } from "./server.mjs";

const mib = 1 << 20;
const rooms = [keeps_all("*", { idempotency_field: "id" })];
const away_ms = 3_000;
const heartbeat_ms = 250;
const restarts = process.env.ROOST_KILLS ? 100 : 10;
const log = "test.ev.";
const heartbeat = (subject) => subject.startsWith("test.hb.");

it("sends nothing later that it had to say while NATS was away", async (t) => {
  const nats = await NatsServer.start(t);
  const proxy = await NatsProxy.start(t, nats);
  const node = await NatsNode.start(t, nats, { rooms, cluster: { nats: [proxy.url] } });
  const topics = count_to(12).map((n) => `room:${n}`);
  const members = await Promise.all(topics.map((name) => join_when_served(node.server, name)));
  for (const member of members) await push_until_ok(member, "msg", { id: "1" });
  proxy.go_away();
  const before = proxy.published.length;
  const answers = members.map((member) => push_once(member, "msg", { id: "2" }));
  await sleep(away_ms);
  await proxy.come_back();
  await Promise.all(answers);
  const after_it = proxy.published.slice(before);

  // The log of each shard was looked at before anything was appended to it.
  const subjects = after_it.map(({ subject }) => subject);
  const appended = new Set(subjects.filter((each) => each.startsWith(log)));
  assert.ok(appended.size > 0, "appends");
  for (const subject of appended) {
    const looked = subjects.indexOf(`$JS.API.STREAM.INFO.test_EV_${subject.slice(log.length)}`);
    const text = JSON.stringify(subjects.slice(0, 40));
    assert.ok(looked >= 0 && looked < subjects.indexOf(subject), `${subject}: ${text}`);
  }
  // Of the heartbeats of the time away at most the newest is sent.
  const [first] = after_it.filter(({ subject }) => heartbeat(subject));
  const early = after_it.filter(
    ({ subject, at_ms }) => heartbeat(subject) && at_ms < first.at_ms + heartbeat_ms / 2,
  );
  assert.ok(early.length <= 3, `${early.length} heartbeats at once`);
  // An append that was under way is settled, and no record is stored twice.
  for (const member of members) {
    await push_until_ok(member, "msg", { id: "2" });
    const { offset } = await push_until_ok(member, "msg", { id: "3" });
    assert.equal(offset, 3, member.topic);
    member.close();
  }
  await node.server.stop();
});

it("notices a nats-server that stands still, and keeps a bounded memory", async (t) => {
  const nats = await NatsServer.start(t);
  const cluster = { commit_timeout_ms: 2_000 };
  const node = await NatsNode.start(t, nats, { rooms, cluster });
  const { server } = node;
  const pushers = count_to(40).map((n) => new NumberedPusher(server, `room:${n}`));
  t.after(() => pushers.forEach((pusher) => pusher.end()));
  pushers.forEach((pusher) => pusher.connect());
  const answered = () => pushers.every(({ acknowledged }) => acknowledged.length > 0);
  const push = (bytes) => pushers.forEach((pusher) => pusher.push(bytes));
  await until(() => (push(0), answered()), () => `answers: ${server.output()}`);
  await until(() => pushers.every((pusher) => pusher.is_settled()), "all answers");
  const before = server.rss_bytes();
  const counts = pushers.map(({ acknowledged }) => acknowledged.length);
  nats.pause();
  t.after(() => nats.proceed());
  const stopped_ms = Date.now();
  const timer = setInterval(() => push(10_000), 50);
  t.after(() => clearInterval(timer));
  const status = async () => (await fetch(`${server.url}/ready`)).status;
  await until(async () => (await status()) === 503, () => `not ready: ${server.output()}`);
  t.diagnostic(`not ready ${Date.now() - stopped_ms} ms after it stood still`);
  await sleep(10_000);
  const grown = server.rss_bytes() - before;
  t.diagnostic(`${(grown / mib).toFixed(1)} MiB more memory`);
  // What waits for a shard's log, 8 MiB for each of 4 shards here, and for the connection, 16 MiB.
  if (measures_memory) assert.ok(grown < 150 * mib, `${grown} bytes`);
  const reasons = new Set(pushers.flatMap(({ refused }) => refused.map(({ reason }) => reason)));
  for (const reason of reasons) assert.match(reason, /^(unavailable|unknown outcome)$/);
  nats.proceed();
  const goes_on = () => pushers.every(({ acknowledged }, at) => acknowledged.length > counts[at]);
  await until(goes_on, () => `answers again: ${server.output()}`, 60_000);
  clearInterval(timer);
  await until(() => pushers.every((pusher) => pusher.is_settled()), "all answers", 60_000);
  await until(async () => (await status()) === 200, () => `ready: ${server.output()}`);
  for (const pusher of pushers) {
    const events = await all_events(server, pusher.topic);
    assert.deepEqual(problems_of(pusher, events).slice(0, 5), [], server.output());
  }
  await server.stop();
});

it(`uses no more files, threads and memory after ${restarts} starts of NATS`, async (t) => {
  const nats = await NatsServer.start(t);
  const node = await NatsNode.start(t, nats, { rooms });
  const { server } = node;
  const member = await join_when_served(server, "room:1");
  const used = () => ({
    files: readdirSync(`/proc/${server.pid}/fd`).length,
    threads: readdirSync(`/proc/${server.pid}/task`).length,
    memory: server.rss_bytes(),
  });
  const restart = async (n) => {
    await nats.kill();
    await nats.start();
    await push_until_ok(member, "msg", { id: `${n}` });
  };
  for (const n of count_to(5)) await restart(n);
  const before = used();
  for (const n of count_to(restarts)) await restart(5 + n);
  // A connection may be opening now, or was before.
  const few = 4;
  const has_closed = () =>
    used().files <= before.files + few && used().threads <= before.threads + few;
  await until(has_closed, () => `${JSON.stringify(used())} after ${JSON.stringify(before)}`);
  const grown = used().memory - before.memory;
  t.diagnostic(`${JSON.stringify(before)} before, ${(grown / mib).toFixed(1)} MiB more after`);
  if (measures_memory) assert.ok(grown < 16 * mib, `${grown} bytes`);
  member.close();
  await server.stop();
});
