// SPDX-License-Identifier: Apache-2.0
// Presence of large rooms: counts instead of names, how often they are sent, the cost of a join.
import assert from "node:assert/strict";
import { it } from "node:test";
import { Member } from "./member.mjs";
import { Server, until } from "./server.mjs";
import { Tcp, text } from "./tcp.mjs";

const count_every_ms = 1_000;

const start = (t, presence) =>
  Server.start({ config: { rooms: [{ match: "*", presence }] }, t });

async function join(t, server, name) {
  const member = await Member.join(server, "room:1", { payload: { meta: { name } } });
  t.after(() => member.close());
  return member;
}

const names = (state) => Object.values(state).map(({ metas }) => metas[0].name).sort();

it("switches to counts above full_max, and back with a new state at half of it", async (t) => {
  const server = await start(t, { full_max: 4, window_ms: 10 });
  const members = [];
  for (const n of [1, 2, 3, 4]) members.push(await join(t, server, `m${n}`));
  const state = await members[3].event("presence_state");
  assert.deepEqual(names(state.payload), ["m1", "m2", "m3", "m4"]);
  const fifth = await join(t, server, "m5");
  assert.deepEqual((await fifth.event("presence_count")).payload, { count: 5 });
  const frames = await members[0].until_event("presence_count");
  assert.deepEqual(frames.pop().payload, { count: 5 });
  for (const { event } of frames.slice(1)) assert.equal(event, "presence_diff");
  assert.deepEqual(await members[1].say("presence_update", { meta: {} }), {});
  fifth.close();
  members[3].close();
  const fewer = await members[0].until_event("presence_count");
  assert.deepEqual([fewer.length, fewer[0].payload.count < 5], [1, true]);
  members[2].close();
  const back = await members[0].until_event("presence_state");
  assert.deepEqual(names(back.pop().payload).slice(0, 1), ["m1"]);
  for (const { event } of back) assert.equal(event, "presence_count");
  const late = await join(t, server, "m6");
  assert.equal(names((await late.event("presence_state")).payload).length, 3);
  const news = await members[0].until_event("presence_diff");
  assert.deepEqual(names(news.pop().payload.joins), ["m6"]);
});

it("sends only counts if the rule says so, at most once a second", async (t) => {
  const server = await start(t, { mode: "count", window_ms: 0 });
  const watching = await join(t, server, "w");
  const begin = Date.now();
  assert.deepEqual((await watching.event("presence_count")).payload, { count: 1 });
  for (let n = 2; n <= 40; n += 1) {
    const member = await join(t, server, `m${n}`);
    assert.deepEqual((await member.event("presence_count")).payload, { count: n });
  }
  let received = 0;
  let count = 0;
  while (count < 40) {
    ({ count } = (await watching.event("presence_count")).payload);
    received += 1;
  }
  const seconds = (Date.now() - begin) / count_every_ms;
  assert.ok(received <= Math.floor(seconds) + 2, `${received} counts in ${seconds} s`);
});

it("sends no presence if it is off", async (t) => {
  const server = await start(t, { mode: "off" });
  const member = await join(t, server, "m");
  await member.assert_silent();
  assert.deepEqual(await member.push("presence_update", { meta: {} }), {});
  await member.assert_silent();
});

/// Members that read and discard everything.
async function join_many(server, count, clients) {
  const hello = text(JSON.stringify(["1", "1", "room:1", "phx_join", {}]));
  const one = async () => {
    const client = await Tcp.open(server);
    clients.push(client);
    client.send(hello);
    await client.until(() => client.bytes.includes('"ok"'), "a join reply");
    client.socket.removeAllListeners("data").resume();
    client.bytes = Buffer.alloc(0);
  };
  for (let left = count; left > 0; left -= 100) {
    await Promise.all(Array.from({ length: Math.min(100, left) }, one));
  }
}

/// Waits until the count of all members was sent and the server is idle; returns all sent bytes.
async function bytes_at_rest(server, watching, members) {
  const is_count = (frame) => frame.includes(`"count":${members}}`);
  const has_count = () => watching.raw.frames.some(is_count);
  await until(has_count, `a count of ${members}`);
  let sent = 0;
  const rests = async () => sent === (sent = await server.metric("roost_bytes_out_total"));
  await until(async () => (await rests()) && (await rests()) && (await rests()), "the last byte");
  return sent;
}

/// The bytes sent for each of `joins` joins, without the counts to all members, which depend on
/// time.
async function bytes_per_join(server, watching, clients, joins) {
  const before = await bytes_at_rest(server, watching, clients.length + 1);
  watching.raw.frames.length = 0;
  await join_many(server, joins, clients);
  const sent = (await bytes_at_rest(server, watching, clients.length + 1)) - before;
  const counts = watching.raw.frames.filter((frame) => frame.includes("presence_count"));
  // The server sent each count to as many members as it names.
  const bytes_of = (frame) => (frame.length + 2) * JSON.parse(frame)[4].count;
  return (sent - counts.reduce((sum, frame) => sum + bytes_of(frame), 0)) / joins;
}

it("sends no more for a join to a room of 4,000 than to one of 2,000", async (t) => {
  const server = await start(t, { full_max: 100 });
  const clients = [];
  t.after(() => clients.forEach((client) => client.destroy()));
  const watching = await join(t, server, "w");
  await join_many(server, 1_900, clients);
  const at_2000 = await bytes_per_join(server, watching, clients, 100);
  await join_many(server, 1_900, clients);
  const at_4000 = await bytes_per_join(server, watching, clients, 100);
  t.diagnostic(`${at_2000} bytes a join at 2,000 members, ${at_4000} at 4,000`);
  assert.ok(at_2000 > 0 && at_4000 <= at_2000 * 1.2, `${at_2000} bytes, then ${at_4000}`);
});
