// SPDX-License-Identifier: Apache-2.0
// Presence: states, diffs, updates of metas, and the official Presence class.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, it } from "node:test";
import * as phoenix_1_8_16 from "phoenix";
import * as phoenix_1_8_9 from "phoenix-1-8-9";
import { answer, close_sockets, open_socket } from "./clients.mjs";
import { Member } from "./member.mjs";
import { Server, until } from "./server.mjs";

const large_meta_bytes = 4_000;
const config = {
  rooms: [
    { match: "gathered:*", presence: { window_ms: 3_000 } },
    { match: "large:*", presence: { window_ms: 20, meta_bytes_max: large_meta_bytes } },
    { match: "*", presence: { window_ms: 0 } },
  ],
};
const page_bytes_max = 262_144;
let server;
let topic;
let rooms_used = 0;
const open = [];
before(async () => (server = await Server.start({ config })));
after(() => server.stop());
beforeEach(() => (topic = `room:${(rooms_used += 1)}`));
afterEach(() => {
  close_sockets();
  open.splice(0).forEach((member) => member.close());
});

async function join(meta, options) {
  const payload = meta === undefined ? {} : { meta };
  const member = await Member.join(server, topic, { payload, ...options });
  open.push(member);
  return member;
}

const state_of = async (member) => (await member.event("presence_state")).payload;
const diff_of = async (member) => (await member.event("presence_diff")).payload;
const joins = (joins) => ({ joins, leaves: {} });
const leaves = (leaves) => ({ joins: {}, leaves });

/// A first member that has received its own presence, as `state`.
async function first(meta) {
  const member = await join(meta);
  const state = await state_of(member);
  assert.deepEqual(await diff_of(member), joins(state));
  return { member, state };
}

for (const codec of ["v1", "v2"]) {
  it(`sends a ${codec} member the state, then joins and leaves`, async () => {
    const form = { codec, positions: false };
    const member = await join({ name: "a", n: [1, { x: null }] }, { form });
    const state = await state_of(member);
    const [[key, { metas }], ...more] = Object.entries(state);
    assert.deepEqual([more, metas.length], [[], 1]);
    assert.match(metas[0].phx_ref, /^[\w-]{16}$/);
    const { phx_ref } = metas[0];
    assert.deepEqual(state, { [key]: { metas: [{ name: "a", n: [1, { x: null }], phx_ref }] } });
    assert.deepEqual(await diff_of(member), joins(state));
    const other = await join();
    const both = await state_of(other);
    const { [key]: same, ...theirs } = both;
    assert.deepEqual({ [key]: same }, state);
    assert.equal(Object.keys(theirs).length, 1);
    assert.deepEqual(await diff_of(member), joins(theirs));
    await other.until_event("presence_diff");
    await other.leave();
    assert.deepEqual(await diff_of(member), leaves(theirs));
    const third = await join();
    const { [key]: still, ...thirds } = await state_of(third);
    assert.deepEqual(still, same);
    assert.deepEqual(await diff_of(member), joins(thirds));
    third.close();
    assert.deepEqual(await diff_of(member), leaves(thirds));
  });
}

it("changes a member's own meta with one diff", async () => {
  const { member, state } = await first({ name: "a" });
  const other = await join();
  await other.until_event("presence_diff");
  await member.until_event("presence_diff");
  const [key] = Object.keys(state);
  const [{ phx_ref: before }] = state[key].metas;
  assert.deepEqual(await member.push("presence_update", { meta: { name: "b" } }), {});
  const diff = await diff_of(member);
  const [{ phx_ref }] = diff.joins[key].metas;
  assert.notEqual(phx_ref, before);
  assert.deepEqual(diff, {
    joins: { [key]: { metas: [{ name: "b", phx_ref, phx_ref_prev: before }] } },
    leaves: state,
  });
  assert.deepEqual(await diff_of(other), diff);
  const late = await join();
  assert.deepEqual((await state_of(late))[key], diff.joins[key]);
});

it("does not let a meta set the server's own fields", async () => {
  const { state } = await first({ name: "a", phx_ref: "mine", phx_ref_prev: "mine" });
  const [[{ phx_ref, ...meta }]] = Object.values(state).map(({ metas }) => metas);
  assert.deepEqual(meta, { name: "a" });
  assert.notEqual(phx_ref, "mine");
});

it("refuses an update that is malformed, too large, or on a topic that is not joined", async () => {
  const { member } = await first();
  const refused = async (payload) => member.error(member.send("presence_update", payload));
  const invalid = { reason: "invalid payload", code: 108 };
  for (const payload of [{}, { meta: 5 }, { meta: "x" }, { meta: [] }, { meta: null }, []]) {
    assert.deepEqual(await refused(payload), invalid, JSON.stringify(payload));
  }
  const large = { meta: { x: "y".repeat(5_000) } };
  assert.deepEqual(await refused(large), { reason: "payload too large", code: 107 });
  await member.assert_silent();
  member.topic = "room:elsewhere";
  const ref = member.send("presence_update", { meta: {} });
  const { payload } = await member.next();
  assert.equal(payload.response.reason, "unmatched topic", `to ${ref}`);
});

it("refuses a join whose meta is too large", async () => {
  const member = await Member.open(server);
  open.push(member);
  member.topic = topic;
  const error = await member.error(member.send("phx_join", { meta: { x: "y".repeat(5_000) } }));
  assert.deepEqual(error, { reason: "payload too large", code: 107 });
});

it("collects the joins and leaves of a window in one diff", async () => {
  topic = `gathered:${topic}`;
  const member = await join({ name: "watching" });
  await member.until_event("presence_diff");
  const staying = [await join({ name: "b" }), await join({ name: "c" })];
  const passing = await join({ name: "passing" });
  await passing.until_event("presence_state");
  await passing.leave();
  const { joins, leaves } = await diff_of(member);
  const names = (side) => Object.values(side).map(({ metas }) => metas[0].name);
  // A leave of an unknown member is harmless, and some members have seen it in their state.
  assert.deepEqual(names(joins).sort(), ["b", "c"]);
  assert.deepEqual(names(leaves).filter((name) => name !== "passing"), []);
  staying.forEach((each) => each.close());
});

it("splits a large state into a presence_state and diffs that clients merge", async () => {
  topic = `large:${topic}`;
  const count = 150;
  const filling = "x".repeat(large_meta_bytes - 30);
  await Promise.all(Array.from({ length: count }, (_, n) => join({ n, filling })));
  const watching = await join({ n: count, filling: "" });
  const members = {};
  const frames = [await watching.event("presence_state")];
  const add = (side) => Object.assign(members, side);
  add(frames[0].payload);
  while (Object.keys(members).length <= count) {
    frames.push(await watching.event("presence_diff"));
    add(frames.at(-1).payload.joins);
  }
  assert.ok(frames.length >= 3, `${frames.length} pages`);
  for (const { payload } of frames) assert.ok(JSON.stringify(payload).length <= page_bytes_max);
  const numbers = Object.values(members).map(({ metas: [{ n }] }) => n);
  assert.deepEqual(numbers.sort((a, b) => a - b), Array.from({ length: count + 1 }, (_, n) => n));
});

/// An official client with a Presence; names() and metas() are those that it shows.
async function watcher(library, name) {
  const socket = open_socket({ library }, server);
  const channel = socket.channel(topic, { meta: { name } });
  const presence = new library.Presence(channel);
  assert.equal((await answer(channel.join())).status, "ok");
  const metas = () => presence.list((_, { metas }) => metas).flat();
  return { metas, names: () => metas().map((meta) => meta.name).sort() };
}

it("keeps the official Presence correct during many joins, leaves and updates", async () => {
  const watchers = [await watcher(phoenix_1_8_16, "w0"), await watcher(phoenix_1_8_9, "w1")];
  const staying = new Map([["w0"], ["w1"]]);
  const churn = async (n) => {
    const name = `m${n}`;
    const member = await join({ name });
    if (n % 3 === 0) await member.say("presence_update", { meta: { name: `${name}u` } });
    if (n % 4 === 0) {
      member.send("phx_leave", {});
      await member.until_event("phx_close");
      await member.join(topic, { meta: { name } });
      staying.set(name, member);
    } else if (n % 4 === 1) {
      member.close();
    } else {
      staying.set(n % 3 === 0 ? `${name}u` : name, member);
    }
  };
  for (let round = 0; round < 4; round += 1) {
    await Promise.all(Array.from({ length: 50 }, (_, n) => churn(round * 50 + n)));
    if (round === 1) watchers.push(await watcher(phoenix_1_8_16, "w2"));
    if (round === 1) staying.set("w2");
    for (const name of [...staying.keys()].filter((_, n) => n % 5 === 4)) {
      staying.get(name)?.close();
      if (staying.get(name)) staying.delete(name);
    }
  }
  const expected = JSON.stringify([...staying.keys()].sort());
  for (const { names, metas } of watchers) {
    const right = () => JSON.stringify(names()) === expected;
    await until(right, () => `${expected}, has ${JSON.stringify(names())}`);
    const refs = (found) => found.map(({ phx_ref }) => phx_ref).sort();
    assert.deepEqual(refs(metas()), refs(watchers[0].metas()));
  }
});
