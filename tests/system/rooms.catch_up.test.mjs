// SPDX-License-Identifier: Apache-2.0
// Members that missed more events than fit into their outbox, and act while they catch up.
import assert from "node:assert/strict";
import { after, afterEach, before, it } from "node:test";
import { broadcast, forms, Member, named, unwrap } from "./member.mjs";
import { Server, sleep, until } from "./server.mjs";

const outbox_bytes_max = 200_000;
const event_bytes = 16_000;
// More than the socket buffers and the outbox hold together.
const event_count = 1_500;
const topic = "room:large";
const config = {
  limits: { outbox_bytes_max, payload_bytes_max: 100_000, close_ms: 500 },
  rates: { connection: { messages: { per_second: 0 } } }, // no rate for the talker
  rooms: [
    { match: "receipts:*", receipts: { window_ms: 0 }, presence: { window_ms: 0 } },
    {
      match: "*",
      history: { events_max: 10_000, bytes_max: 100_000_000 },
      presence: { mode: "off" },
    },
  ],
};
const filling = "x".repeat(event_bytes);
let server;
let talker;
let epoch;
let last = 0;
const open = [];
before(async () => {
  server = await Server.start({ config });
  talker = await Member.join(server, topic);
  epoch = talker.joined.epoch;
  await say(event_count);
});
after(async () => {
  talker.close();
  await server.stop();
});
afterEach(() => open.splice(0).forEach((member) => member.close()));

/// Pushes `count` events; event n of the room is {n}.
async function say(count, text = filling) {
  for (const end = last + count; last < end; ) {
    const window = Math.min(8, end - last); // its broadcasts must fit into the outbox
    for (let n = last + 1; n <= last + window; n += 1) talker.send("msg", { n, filling: text });
    let answers = 0;
    while (answers < window) {
      const { event, payload } = await talker.next();
      if (event !== "phx_reply") continue;
      answers += 1;
      assert.deepEqual(payload, { status: "ok", response: { epoch, offset: last + answers } });
    }
    last += window;
  }
}

/// Joins with a resume from `offset`, and stops reading after the reply.
async function joined_and_stalled(offset, form) {
  const member = await Member.open(server, form);
  open.push(member);
  const reply = await member.join(topic, { resume: { epoch, offset } });
  assert.deepEqual(reply, { epoch, offset: last, recovered: true, missed: last - offset });
  member.raw.socket.pause();
  return member;
}

/// Expects the events from `next` to `end`, each once and in order.
async function expect_events(member, next, end) {
  while (next <= end) {
    const frame = await member.event("msg");
    assert.equal(unwrap(frame.payload).n, next);
    if (member.form.positions) assert.deepEqual(frame.position, { epoch, offset: next });
    next += 1;
  }
}

/// Reads in short bursts until the member has `count` frames.
async function trickle(member, count) {
  const { socket, frames } = member.raw;
  while (frames.length < count && !member.raw.end) {
    socket.resume();
    await sleep(4);
    socket.pause();
    await sleep(8);
  }
  socket.resume();
}

for (const form of [forms[0], forms[3]]) {
  it(`delivers much more than an outbox to a slow reader over ${named(form)}`, async () => {
    const begin = last;
    const member = await joined_and_stalled(0, form);
    await say(100);
    await trickle(member, begin);
    await expect_events(member, 1, last);
    await say(1);
    await expect_events(member, last, last);
    assert.equal(await server.metric("roost_slow_consumers_total"), 0);
  });
}

it("delivers all missed events to members that resume together in an active room", async () => {
  const offsets = [last - 300, last - 299, last - 20, last - 5, last - 1, last];
  const joining = offsets.map(async (offset, n) => {
    const member = await Member.open(server, forms[n]);
    open.push(member);
    const reply = await member.join(topic, { resume: { epoch, offset } });
    assert.deepEqual(reply.recovered, true);
    return member;
  });
  // Small events, because a slow reader is closed if live events do not fit into its outbox.
  await say(200, "");
  const members = await Promise.all(joining);
  await Promise.all(members.map((member, n) => expect_events(member, offsets[n] + 1, last)));
  await say(1);
  await Promise.all(members.map((member) => expect_events(member, last, last)));
});

it("stops the missed events when a member leaves, and sends nothing after phx_close", async () => {
  const member = await joined_and_stalled(0);
  const ref = member.send("phx_leave", {});
  await until(async () => (await server.metric("roost_members")) === 1, "the leave");
  member.raw.socket.resume();
  const before_reply = await member.until_event("phx_reply");
  const { ref: to, payload } = before_reply.pop();
  assert.deepEqual([to, payload], [ref, { status: "ok", response: {} }]);
  const numbers = before_reply.map(({ payload: { n } }) => n);
  assert.deepEqual(numbers, numbers.map((_, n) => n + 1));
  assert.ok(numbers.length < last, `${numbers.length} of ${last} came before the reply`);
  await member.event("phx_close");
  await say(1);
  assert.deepEqual(await member.join(topic), { epoch, offset: last });
});

it("starts again if a member rejoins before it has caught up", async () => {
  const member = await joined_and_stalled(0);
  const first_ref = member.join_ref;
  const from = last - 30;
  member.send("phx_join", { resume: { epoch, offset: from } });
  member.raw.socket.resume();
  const before_reply = await member.until_event("phx_reply");
  const { payload } = before_reply.pop();
  const response = { epoch, offset: last, recovered: true, missed: 30 };
  assert.deepEqual(payload, { status: "ok", response });
  const numbers = before_reply.map(({ payload: { n } }) => n);
  assert.deepEqual(numbers, numbers.map((_, n) => n + 1));
  assert.equal((await member.event("phx_close")).join_ref, first_ref);
  await expect_events(member, from + 1, last);
  await say(1);
  await expect_events(member, last, last);
});

it("resumes a member that was cut within the missed events", async () => {
  let got = 0;
  for (let cuts = 0; got < last; cuts += 1) {
    const member = await joined_and_stalled(got);
    member.raw.socket.resume();
    const some = Math.min(last, got + 400);
    await expect_events(member, got + 1, some);
    got = some;
    member.close();
    if (cuts === 1) await say(3);
  }
});

for (const form of forms) {
  it(`sends ${named(form)}: reply, missed, presence_state, read_receipts, live`, async () => {
    const room = `receipts:${named(form)}`;
    const speaker = await Member.join(server, room);
    open.push(speaker);
    const marked = await speaker.say("msg", { n: 1 });
    await speaker.say("msg", { n: 2 });
    await speaker.say("mark_read", marked);
    await speaker.until_event("read_receipt");
    const payload = { resume: { epoch: marked.epoch, offset: 0 }, meta: { name: "late" } };
    const member = await Member.join(server, room, { form, payload });
    open.push(member);
    assert.deepEqual(member.joined, { epoch: marked.epoch, offset: 2, recovered: true, missed: 2 });
    for (const n of [1, 2]) {
      const position = { epoch: marked.epoch, offset: n };
      const frame = broadcast(form, { topic: room, event: "msg", payload: { n }, position });
      assert.deepEqual(await member.raw.next(), frame);
    }
    const state = (await member.event("presence_state")).payload;
    assert.equal(Object.keys(state).length, 2);
    assert.ok(Object.values(state).some(({ metas: [{ name }] }) => name === "late"));
    const { receipts } = (await member.event("read_receipts")).payload;
    assert.deepEqual(Object.values(receipts), [marked]);
    await speaker.say("msg", { n: 3 });
    const news = await member.until_event("msg");
    assert.deepEqual(news.pop().payload, { n: 3 });
    for (const { event } of news) assert.equal(event, "presence_diff");
  });
}
