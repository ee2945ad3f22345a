// SPDX-License-Identifier: Apache-2.0
// Ephemeral events: no position, no history, and dropped first for slow members.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, it } from "node:test";
import { broadcast, forms, Member, named } from "./member.mjs";
import { Server } from "./server.mjs";

const outbox_bytes_max = 65_536;
const event_bytes = 6_000;
// More than the socket buffers hold.
const event_count = 3_000;
const config = {
  limits: { outbox_bytes_max, payload_bytes_max: 40_000 },
  rates: { connection: { messages: { per_second: 0 } } }, // no rate for the talker
  rooms: [
    {
      match: "deaf:*",
      echo: false,
      ephemeral: ["typing", "cursor"],
      conflate_field: "id",
      idempotency_field: "once",
      presence: { mode: "off" },
    },
    { match: "*", ephemeral: ["typing"], presence: { mode: "off" } },
  ],
};
let server;
let topic;
let rooms_used = 0;
const open = [];
before(async () => (server = await Server.start({ config })));
after(() => server.stop());
beforeEach(() => (topic = `room:${(rooms_used += 1)}`));
afterEach(() => open.splice(0).forEach((member) => member.close()));

async function join(options) {
  const member = await Member.join(server, topic, options);
  open.push(member);
  return member;
}

for (const form of forms) {
  it(`answers ${named(form)} at once, and gives the event no position`, async () => {
    const member = await join({ form });
    const other = await join();
    const is_bytes = form.codec === "binary";
    const payload = is_bytes ? Buffer.from("{}") : { x: 1 };
    assert.deepEqual(await member.push("typing", payload), {});
    const sent = { topic, event: "typing", payload };
    const bare = { ...form, positions: false };
    assert.deepEqual(await member.raw.next(), broadcast(bare, sent));
    const expected = broadcast({ codec: "v2", positions: false }, sent);
    assert.deepEqual(await other.raw.next(), expected);
    assert.equal((await member.push("msg", {})).offset, member.joined.offset + 1);
  });
}

it("keeps no ephemeral events for later joins", async () => {
  const member = await join();
  await member.push("typing", { n: 1 });
  await member.event("typing");
  const { epoch } = await member.say("msg", { n: 2 });
  await member.say("typing", { n: 3 });
  for (const payload of [{ history: 10 }, { resume: { epoch, offset: 0 } }]) {
    const late = await join({ payload });
    assert.deepEqual(late.joined, { epoch, offset: 1, recovered: true, missed: 1 });
    assert.deepEqual(await late.events("msg", 1), [{ n: 2 }]);
    late.send("typing", { n: 4 });
    await late.until_event("phx_reply");
    assert.deepEqual(await late.events("typing", 1), [{ n: 4 }]);
    await late.leave();
  }
});

it("sends none to the sender without echo, and ignores idempotency keys", async () => {
  topic = `deaf:${topic}`;
  const member = await join();
  const other = await join();
  for (const n of [1, 2]) assert.deepEqual(await member.push("typing", { n, once: "x" }), {});
  assert.deepEqual(await other.events("typing", 2), [1, 2].map((n) => ({ n, once: "x" })));
  await member.assert_silent({ echo: false });
});

it("refuses an ephemeral event for a topic that is not joined", async () => {
  const member = await join();
  member.topic = "room:elsewhere";
  member.send("typing", {});
  const { event, payload } = await member.next();
  const response = { reason: "unmatched topic", code: 100 };
  assert.deepEqual([event, payload], ["phx_reply", { status: "error", response }]);
});

/// Pushes `event_of(n)` for n = 1, 2… to a room with a member that does not read. Returns the
/// events that this member gets when it reads again.
async function received_after_stall(event_of) {
  topic = `deaf:${topic}`;
  const talker = await join();
  const stalled = await join();
  stalled.raw.socket.pause();
  for (let n = 1; n <= event_count; n += 50) {
    const refs = Array.from({ length: 50 }, (_, more) => talker.send(...event_of(n + more)));
    for (const ref of refs) await talker.ok(ref);
  }
  stalled.raw.socket.resume();
  await talker.push("end", {});
  return (await stalled.until_event("end")).slice(0, -1);
}

const filling = "x".repeat(event_bytes);
const is_in_order = (numbers) => numbers.every((n, at) => at === 0 || numbers[at - 1] < n);

it("conflates queued events of a stalled member by their value", async () => {
  const count = () => server.metric("roost_ephemeral_conflated_total");
  const before = await count();
  const id_of = (n) => (n % 2 ? "a" : "b");
  const found = await received_after_stall((n) => ["cursor", { id: id_of(n), n, filling }]);
  for (const newest of [event_count - 1, event_count]) {
    const seen = found.filter(({ payload: { id } }) => id === id_of(newest));
    const numbers = seen.map(({ payload: { n } }) => n);
    assert.ok(is_in_order(numbers), `${numbers}`);
    assert.equal(numbers.at(-1), newest);
  }
  assert.ok(found.length < event_count, `${found.length} came`);
  assert.equal((await count()) - before, event_count - found.length);
});

it("drops ephemeral events for a stalled member, and no ordered event", async () => {
  const dropped = () => server.metric("roost_ephemeral_dropped_total");
  const before = await dropped();
  const ordered_every = 100;
  const found = await received_after_stall((n) =>
    n % ordered_every ? ["typing", { n, filling }] : ["msg", { n }],
  );
  const numbers = (name) => found.filter(({ event }) => event === name).map((one) => one.payload.n);
  const ordered_count = event_count / ordered_every;
  const ordered = Array.from({ length: ordered_count }, (_, n) => (n + 1) * ordered_every);
  assert.deepEqual(numbers("msg"), ordered);
  const typed = numbers("typing");
  assert.ok(is_in_order(typed), `${typed}`);
  assert.ok(typed.length < event_count - ordered_count, `${typed.length} came`);
  assert.equal((await dropped()) - before, event_count - ordered_count - typed.length);
  assert.equal(await server.metric("roost_slow_consumers_total"), 0);
});
