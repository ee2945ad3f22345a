// SPDX-License-Identifier: Apache-2.0
// Clients that join many rooms and do not read: the data queued for each fits into one outbox, over
// all its channels. Clients that read get everything, page by page, and are not closed.
import assert from "node:assert/strict";
import { it } from "node:test";
import { Member } from "./member.mjs";
import { Neighbour } from "./neighbour.mjs";
import { metas_of, PresenceView } from "./presence_view.mjs";
import { Raw } from "./raw.mjs";
import { measures_memory, Server, until } from "./server.mjs";

const outbox_bytes_max = 65_536;
const config = (rule, more = {}) => ({
  limits: { outbox_bytes_max, ...more, payload_bytes_max: 30_000, close_ms: 500 },
  rates: {
    connection: { messages: { per_second: 0 }, joins: { per_second: 0 } },
  },
  rooms: [
    { match: "room:neighbour", presence: { mode: "off" } },
    { match: "*", ...rule },
  ],
});
const filling = "x".repeat(4_000);
const topics = (count) => Array.from({ length: count }, (_, n) => `room:${n}`);

/// Joins all of these topics with this payload.
function join_all(raw, names, payload, round = 1) {
  for (const topic of names) raw.send([`${round}`, `${round}`, topic, "phx_join", payload]);
}

/// Opens a client that does not read.
async function open_stalled(server) {
  const raw = await Raw.open(server);
  raw.socket.pause();
  return raw;
}

const answered = async (server, joins) =>
  until(async () => (await server.metric("roost_joins_total", 'result="ok"')) >= joins, "joins");

async function presence_of(server, topic) {
  const found = await fetch(`${server.admin_url}/api/presence?topic=${topic}`);
  assert.equal(found.status, 200);
  return metas_of(await found.json());
}

/// Waits until the view shows the same presence for each topic as the server API.
async function until_same(server, view, names) {
  for (const topic of names) {
    const same = async () => {
      const expected = await presence_of(server, topic);
      return JSON.stringify(view.metas(topic)) === JSON.stringify(expected);
    };
    await until(same, () => `the presence of ${topic}: ${view.metas(topic).length} metas`);
  }
}

/// A view that gets all frames of this client.
function watch(raw) {
  const view = new PresenceView();
  raw.frames.splice(0).forEach((frame) => view.take(frame));
  raw.on_frame = (frame) => view.take(frame);
  return view;
}

it("queues at most one outbox for a client that joins again and does not read", async (t) => {
  const outbox_bytes_max = 262_144; // larger than all replies together
  const rule = { presence: { window_ms: 20 } };
  const server = await Server.start({ config: config(rule, { outbox_bytes_max }), t });
  const neighbour = await Neighbour.open(server);
  const names = topics(100);
  const count = 20;
  const before = server.rss_bytes();
  const stalled = [];
  for (let n = 0; n < count; n += 1) {
    const raw = await open_stalled(server);
    join_all(raw, names, { meta: { n, filling } });
    stalled.push(raw);
  }
  await answered(server, 1 + count * names.length);
  for (const raw of stalled) join_all(raw, names, { meta: { filling } }, 2);
  await answered(server, 1 + 2 * count * names.length);
  await neighbour.assert_served();
  const queued = await server.metric("roost_outbox_bytes");
  assert.ok(queued <= count * outbox_bytes_max, `${queued} bytes are queued`);
  // Each meta is stored once, and once more for members that left within the window.
  const presence = 2 * count * names.length * (filling.length + 600);
  const grown = server.rss_bytes() - before;
  t.diagnostic(`${queued} bytes are queued, RSS grew by ${grown}`);
  const bound = count * outbox_bytes_max * 1.5 + presence + (8 << 20);
  if (measures_memory) assert.ok(grown < bound, `grew by ${grown}, at most ${bound}`);
  assert.equal(await server.metric("roost_slow_consumers_total"), 0);
  // A client that reads again gets the current presence.
  const [first] = stalled;
  const view = watch(first);
  first.socket.resume();
  await until_same(server, view, names.slice(0, 5));
  await neighbour.close();
  for (const raw of stalled) raw.socket.terminate();
  await server.stop();
});

it("queues at most one outbox for a client that requests much history", async (t) => {
  const rule = { presence: { mode: "off" }, echo: false };
  const server = await Server.start({ config: config(rule), t });
  const names = topics(100);
  const speaker = await Raw.open(server);
  watch(speaker);
  join_all(speaker, names, {});
  for (const topic of names) {
    for (const ref of ["2", "3", "4"]) {
      speaker.send(["1", ref, topic, "msg", { filling: "y".repeat(20_000) }]);
    }
  }
  await until(async () => (await server.metric("roost_events_ordered_total")) === 300, "events");
  const before = server.rss_bytes();
  const count = 20;
  const stalled = [];
  for (let n = 0; n < count; n += 1) {
    const raw = await open_stalled(server);
    join_all(raw, names, { history: 1_000 });
    stalled.push(raw);
  }
  await answered(server, names.length * (count + 1));
  const queued = await server.metric("roost_outbox_bytes");
  assert.ok(queued <= count * outbox_bytes_max, `${queued} bytes are queued`);
  const grown = server.rss_bytes() - before;
  t.diagnostic(`${queued} bytes are queued, RSS grew by ${grown}`);
  const bound = count * outbox_bytes_max * 1.5 + (8 << 20);
  if (measures_memory) assert.ok(grown < bound, `grew by ${grown}, at most ${bound}`);
  assert.equal(await server.metric("roost_slow_consumers_total"), 0);
  // A client that reads again gets the whole history.
  const view = watch(stalled[0]);
  stalled[0].socket.resume();
  await until(() => view.events === 300, () => `${view.events} of 300 events`);
  for (const raw of stalled) raw.socket.terminate();
  speaker.close();
  await server.stop();
});

it("sends presence that is much larger than an outbox to a client that reads", async (t) => {
  const server = await Server.start({ config: config({ presence: { window_ms: 20 } }), t });
  const names = topics(30);
  const members = [];
  for (let n = 0; n < 15; n += 1) {
    const raw = await Raw.open(server);
    watch(raw);
    join_all(raw, names, { meta: { n, filling } });
    members.push(raw);
  }
  await answered(server, 15 * names.length);
  const reader = await Raw.open(server);
  const view = watch(reader);
  join_all(reader, names, { meta: { is: "reader" } });
  await until_same(server, view, names);
  for (const topic of names) assert.equal(view.metas(topic).length, 16);
  assert.equal(await server.metric("roost_slow_consumers_total"), 0);
  assert.equal(reader.end, null);
  [...members, reader].forEach((raw) => raw.close());
  await server.stop();
});

it("shows the correct presence of a large room while members join and leave", async (t) => {
  const server = await Server.start({ config: config({ presence: { window_ms: 20 } }), t });
  const topic = "room:large";
  const members = [];
  const open = async (n) => {
    const raw = await Raw.open(server);
    watch(raw);
    raw.n = n;
    raw.send(["1", "1", topic, "phx_join", { meta: { n, filling } }]);
    return raw;
  };
  for (let n = 0; n < 100; n += 1) members.push(await open(n));
  await answered(server, 100);
  const readers = [];
  for (let round = 0; round < 8; round += 1) {
    const reader = await Raw.open(server);
    readers.push({ reader, view: watch(reader) });
    reader.send(["1", "1", topic, "phx_join", { meta: { reader: round } }]);
    members.splice(0, 3).forEach((raw) => raw.close());
    members.push(await open(1_000 + round));
    for (const raw of members.slice(round, round + 10)) {
      raw.send(["1", "u", topic, "presence_update", { meta: { n: raw.n, round, filling } }]);
    }
  }
  for (const { view } of readers) await until_same(server, view, [topic]);
  assert.equal(readers[0].view.metas(topic).length, 100 - 24 + 8 + 8);
  assert.equal(await server.metric("roost_slow_consumers_total"), 0);
  for (const { reader } of readers) assert.equal(reader.end, null);
  [...members, ...readers.map(({ reader }) => reader)].forEach((raw) => raw.close());
  await server.stop();
});

it("sends receipts that are larger than an outbox in parts", async (t) => {
  const server = await Server.start({ config: config({ presence: { mode: "off" } }), t });
  const members = [];
  const topic = "room:read";
  const first = await Member.join(server, topic);
  const position = await first.say("msg", {});
  for (let n = 0; n < 700; n += 1) {
    const member = await Raw.open(server);
    member.on_frame = () => {};
    member.send(["1", "1", topic, "phx_join", {}]);
    member.send(["1", "2", topic, "mark_read", position]);
    members.push(member);
  }
  await until(async () => (await server.metric("roost_receipts_marked_total")) === 700, "marks");
  const late = await Raw.open(server);
  const view = watch(late);
  late.send(["1", "1", topic, "phx_join", {}]);
  await until(() => view.receipts.size === 700, () => `${view.receipts.size} receipts of 700`);
  for (const at of view.receipts.values()) assert.deepEqual(at, position);
  assert.equal(await server.metric("roost_slow_consumers_total"), 0);
  [...members, late].forEach((raw) => raw.close());
  first.close();
  await server.stop();
});
