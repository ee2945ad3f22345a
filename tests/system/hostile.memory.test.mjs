// SPDX-License-Identifier: Apache-2.0
// Clients that fill the memory of a server: each kind of memory is measured, and bounded for the
// whole node.
import assert from "node:assert/strict";
import { it } from "node:test";
import WebSocket from "ws";
import { Raw } from "./raw.mjs";
import { measures_memory, Server, until } from "./server.mjs";

const mib = 1 << 20;
// Without rates, so that the tests are about memory and not about speed.
const no_rates = {
  "rates.connection.messages.per_second": 0,
  "rates.connection.joins.per_second": 0,
  "limits.channels_max": 65536,
};
const quiet = { match: "*", echo: false, presence: { mode: "off" } };

const start = (t, rule, sets = {}) =>
  Server.start({ t, sets: { ...no_rates, rooms: JSON.stringify([rule]), ...sets } });

/// Sends messages in batches, waits for all replies to each batch, and returns the replies.
async function pour(raw, messages, batch = 50) {
  const answers = [];
  for (let from = 0; from < messages.length; from += batch) {
    const some = messages.slice(from, from + batch);
    some.forEach((each) => raw.send(each));
    const expected = new Set(some.map(([, ref]) => ref));
    while (expected.size > 0) {
      const frame = await raw.next();
      if (frame[3] === "phx_reply" && expected.delete(frame[1])) answers.push(frame[4]);
    }
  }
  return answers;
}

const all_ok = (answers) => answers.forEach((each) => assert.equal(each.status, "ok"));
const numbers = (count) => Array.from({ length: count }, (_, n) => n);
const joins = (topics) => topics.map((topic, n) => ["1", `j${n}`, topic, "phx_join", {}]);
const leaves = (topics) => topics.map((topic, n) => ["1", `l${n}`, topic, "phx_leave", {}]);
const pushes = (topics, payload) => topics.map((topic, n) => ["1", `p${n}`, topic, "msg", payload]);

it("keeps no events in edges if history is off and no member catches up", async (t) => {
  const server = await start(t, { ...quiet, history: { events_max: 0 } });
  const payload = { x: "x".repeat(8_000) };
  const raws = [];
  const before = server.rss_bytes();
  for (const c of numbers(3)) {
    const raw = await Raw.open(server);
    raws.push(raw);
    const topics = numbers(100).map((n) => `room:${c}-${n}`);
    all_ok(await pour(raw, joins(topics)));
    for (const round of numbers(33)) {
      all_ok(await pour(raw, pushes(topics, { ...payload, round })));
    }
  }
  assert.equal(await server.metric("roost_recent_events_bytes"), 0);
  assert.equal(await server.metric("roost_history_bytes"), 0);
  const grown = server.rss_bytes() - before;
  if (measures_memory) assert.ok(grown < 20 * mib, `${grown} bytes for 300 rooms`);
  raws.forEach((raw) => raw.close());
  await server.stop();
});

for (const has_event of [false, true]) {
  const kind = has_event ? "with one event" : "without events";
  it(`accepts joins of others while a client joins and leaves many rooms ${kind}`, async (t) => {
    const rooms_max = 300;
    const server = await start(t, quiet, { "limits.rooms_max": rooms_max });
    const raw = await Raw.open(server);
    for (const round of numbers(5)) {
      const topics = numbers(rooms_max - 10).map((n) => `room:${round}-${n}`);
      all_ok(await pour(raw, joins(topics)));
      if (has_event) all_ok(await pour(raw, pushes(topics, {})));
      all_ok(await pour(raw, leaves(topics)));
      const other = await Raw.open(server);
      all_ok(await pour(other, joins(numbers(5).map((n) => `other:${round}-${n}`))));
      assert.ok((await server.metric("roost_rooms")) <= rooms_max);
      other.close();
    }
    assert.equal(await server.metric("roost_rooms_refused_total"), 0);
    const cut = await server.metric("roost_memory_cuts_total", 'of="room"');
    assert.ok(has_event ? cut > 0 : cut === 0, `${cut} rooms were evicted`);
    raw.close();
    await server.stop();
  });
}

it("does not shorten the history of busy rooms for thousands of empty ones", async (t) => {
  const bound = 2 * mib;
  const rule = { ...quiet, history: { events_max: 1_000_000, bytes_max: bound } };
  const server = await start(t, rule, { "limits.history_bytes_max": bound });
  const raw = await Raw.open(server);
  all_ok(await pour(raw, joins(numbers(3_000).map((n) => `idle:${n}`))));
  const busy = numbers(6).map((n) => `busy:${n}`);
  all_ok(await pour(raw, joins(busy)));
  const payload = { x: "x".repeat(4_000) };
  for (const round of numbers(150)) all_ok(await pour(raw, pushes(busy, { ...payload, round })));
  const held = await server.metric("roost_history_bytes");
  assert.ok(held > bound * 0.8 && held < bound * 1.1, `${held} bytes held`);
  for (const topic of busy) {
    const [reply] = await pour(raw, [["1", "h", topic, "phx_join", { history: 1_000 }]]);
    assert.ok(reply.response.missed > 20, `${topic} holds ${reply.response.missed}`);
  }
  raw.close();
  await server.stop();
});

for (const [topic_bytes, payload_bytes] of [[255, 0], [10, 0], [10, 100], [10, 2_000]]) {
  it(`measures the memory of events: topic ${topic_bytes}, payload ${payload_bytes}`, async (t) => {
    const history = { events_max: 1_000_000, bytes_max: 1_000_000_000 };
    const server = await start(t, { ...quiet, history });
    const topic = "t".repeat(topic_bytes);
    const payload = payload_bytes > 0 ? { x: "x".repeat(payload_bytes) } : {};
    const raw = await Raw.open(server);
    all_ok(await pour(raw, joins([topic])));
    const many = numbers(payload_bytes > 1_000 ? 6_000 : 20_000).map(() => topic);
    all_ok(await pour(raw, pushes(many.slice(0, 2_000), payload)));
    const counted_before = await server.metric("roost_history_bytes");
    const rss_before = server.rss_bytes();
    all_ok(await pour(raw, pushes(many, payload)));
    const counted = (await server.metric("roost_history_bytes")) - counted_before;
    const cost = server.rss_bytes() - rss_before;
    const line = `counted ${counted}, costs ${cost}`;
    if (measures_memory) assert.ok(cost < counted * 1.3 && counted < cost * 1.3, line);
    raw.close();
    await server.stop();
  });
}

it("measures the memory of idempotency values, and keeps it within the bound", async (t) => {
  const bound = 8 * mib;
  const rule = { ...quiet, history: { events_max: 0 }, idempotency_field: "id" };
  const server = await start(t, rule, { "limits.rooms_bytes_max": bound });
  const raw = await Raw.open(server);
  const topics = numbers(20).map((n) => `room:${n}`);
  all_ok(await pour(raw, joins(topics)));
  const before = server.rss_bytes();
  for (const n of numbers(150)) {
    all_ok(await pour(raw, pushes(topics, { id: `${n}-${"v".repeat(4_000)}` })));
  }
  const held = await server.metric("roost_idempotency_bytes");
  assert.ok(held > bound * 0.8 && held < bound * 1.1, `${held} bytes held`);
  assert.ok((await server.metric("roost_memory_cuts_total", 'of="idempotency"')) > 0);
  const cost = server.rss_bytes() - before;
  if (measures_memory) assert.ok(cost < held * 1.3 + 2 * mib, `counted ${held}, costs ${cost}`);
  // The newest values are still known.
  const repeated = await server.grows("roost_repeated_pushes_total");
  all_ok(await pour(raw, pushes(topics, { id: `149-${"v".repeat(4_000)}` })));
  assert.equal(await repeated.by(), topics.length);
  raw.close();
  await server.stop();
});

it("admits members with small metas while large metas use all memory for presence", async (t) => {
  const bound = 2 * mib;
  const rule = { match: "*", echo: false, presence: { window_ms: 60_000 } };
  const server = await start(t, rule, { "limits.rooms_bytes_max": bound });
  const raw = await Raw.open(server);
  const meta = { x: "x".repeat(4_000) };
  const large = numbers(1_000).map((n) => ["1", `${n}`, `room:${n}`, "phx_join", { meta }]);
  const answers = await pour(raw, large, 20);
  const refused = answers.filter((each) => each.status === "error");
  assert.ok(refused.length > 200, `${refused.length} were refused`);
  refused.forEach((each) => assert.equal(each.response.reason, "unavailable"));
  const held = await server.metric("roost_presence_bytes");
  assert.ok(held > bound * 0.9 && held < bound * 1.2, `${held} bytes held`);
  const other = await Raw.open(server);
  all_ok(await pour(other, joins(numbers(50).map((n) => `other:${n}`))));
  const [update] = await pour(other, [["1", "u", "other:1", "presence_update", { meta }]]);
  assert.equal(update.response.reason, "unavailable");
  raw.close();
  other.close();
  await server.stop();
});

it("closes the clients with the oldest partial messages, and serves the others", async (t) => {
  const bound = 4 * mib;
  const server = await start(t, quiet, { "limits.partial_bytes_max": bound, "node.loops": 1 });
  const open = async () => {
    const socket = new WebSocket(`${server.ws_url}/websocket?vsn=2.0.0`);
    const ended = new Promise((done) => socket.on("close", (code) => done(code)));
    await new Promise((done) => socket.on("open", done));
    return { socket, ended };
  };
  const slow = [];
  for (const _ of numbers(20)) {
    const each = await open();
    each.socket.send("x".repeat(500_000), { fin: false });
    slow.push(each);
  }
  assert.equal(await slow[0].ended, 1013);
  await until(
    async () => (await server.metric("roost_memory_cuts_total", 'of="partial"')) >= 10,
    "ten closed clients",
  );
  assert.ok((await server.metric("roost_partial_bytes")) <= bound * 1.3);
  const raw = await Raw.open(server);
  all_ok(await pour(raw, joins(["room:1"])));
  all_ok(await pour(raw, pushes(["room:1"], { x: "x".repeat(250_000) })));
  slow.forEach((each) => each.socket.terminate());
  await until(async () => (await server.metric("roost_partial_bytes")) === 0, "none");
  raw.close();
  await server.stop();
});
