// SPDX-License-Identifier: Apache-2.0
// Joins that ask for missed events: the reply, and the frames after it.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, it } from "node:test";
import { broadcast, count_to, forms, Member, named } from "./member.mjs";
import { every_byte } from "./raw.mjs";
import { Server } from "./server.mjs";

const quiet = { presence: { mode: "off" } };
const config = {
  rooms: [
    { match: "tiny:*", history: { events_max: 5 }, ...quiet },
    { match: "deaf:*", echo: false, ...quiet },
    { match: "none:*", history: { events_max: 0 }, ...quiet },
    { match: "*", ...quiet },
  ],
};
let server;
let topic;
let talker;
let epoch;
let rooms_used = 0;
const open = [];
before(async () => (server = await Server.start({ config })));
after(() => server.stop());
beforeEach(() => talk_in("room"));
afterEach(() => open.splice(0).forEach((member) => member.close()));

async function join(options) {
  const member = await Member.join(server, topic, options);
  open.push(member);
  return member;
}

async function talk_in(kind) {
  topic = `${kind}:${(rooms_used += 1)}`;
  talker = await join();
  epoch = talker.joined.epoch;
  assert.equal(talker.joined.offset, 0);
}

/// Pushes events n = first, … last to a room in which each n is the offset.
async function say(last, first = 1) {
  for (let n = first; n <= last; n += 1) {
    assert.deepEqual(await talker.say("msg", { n }), { epoch, offset: n });
  }
}

const resume = (offset, from = epoch) => ({ payload: { resume: { epoch: from, offset } } });
const numbers = async (member, count) => (await member.events("msg", count)).map(({ n }) => n);

for (const form of forms) {
  it(`sends ${named(form)} the missed events after the reply, then new ones`, async () => {
    await say(2);
    await talker.say("bin", every_byte);
    const member = await join({ form, ...resume(1) });
    assert.deepEqual(member.joined, { epoch, offset: 3, recovered: true, missed: 2 });
    const frame = (n, event, payload) =>
      broadcast(form, { topic, event, payload, position: { epoch, offset: n } });
    assert.deepEqual(await member.raw.next(), frame(2, "msg", { n: 2 }));
    assert.deepEqual(await member.raw.next(), frame(3, "bin", every_byte));
    await say(4, 4);
    assert.deepEqual(await member.raw.next(), frame(4, "msg", { n: 4 }));
    await member.assert_silent();
  });

  it(`sends ${named(form)} the requested number of past events`, async () => {
    await say(5);
    const member = await join({ form, payload: { history: 2 } });
    assert.deepEqual(member.joined, { epoch, offset: 5, recovered: true, missed: 2 });
    assert.deepEqual(await numbers(member, 2), [4, 5]);
    await member.assert_silent();
  });
}

it("reports no recovery to a join that does not ask for it", async () => {
  await say(3);
  const member = await join();
  assert.deepEqual(member.joined, { epoch, offset: 3 });
  await member.assert_silent();
});

it("recovers a member that missed nothing", async () => {
  await say(3);
  const member = await join(resume(3));
  assert.deepEqual(member.joined, { epoch, offset: 3, recovered: true, missed: 0 });
  await member.assert_silent();
});

it("resumes from before the first event of an epoch", async () => {
  const empty = await join(resume(0));
  assert.deepEqual(empty.joined, { epoch, offset: 0, recovered: true, missed: 0 });
  await say(3);
  const member = await join(resume(0));
  assert.deepEqual(member.joined, { epoch, offset: 3, recovered: true, missed: 3 });
  assert.deepEqual(await numbers(member, 3), [1, 2, 3]);
  await member.assert_silent();
});

it("does not recover an unknown epoch or a future offset", async () => {
  await say(3);
  for (const unknown of [resume(2, "nope"), resume(2, ""), resume(4), resume(2 ** 53)]) {
    const member = await join(unknown);
    assert.deepEqual(member.joined, { epoch, offset: 3, recovered: false, missed: 0 });
    await member.assert_silent();
    await talk_in("room");
    await say(3);
  }
});

const garbage = [
  ...[5, "x", [], true, {}, { offset: 1 }, { epoch: "e" }].map((resume) => ({ resume })),
  ...[-1, 1.5, "1", null, 2 ** 70].map((offset) => ({ resume: { epoch: "e", offset } })),
  ...[7, null, {}, "x".repeat(256)].map((epoch) => ({ resume: { epoch, offset: 1 } })),
  ...[-1, 1.5, "1", true, {}].map((history) => ({ history })),
  ...[5, "x", [], true].map((meta) => ({ meta })),
];
it("refuses a join with a malformed resume, history or meta, in every version", async () => {
  for (const codec of ["v1", "v2"]) {
    const member = await Member.open(server, { codec, positions: false });
    open.push(member);
    member.topic = topic;
    for (const payload of garbage) {
      const error = await member.error(member.send("phx_join", payload));
      assert.deepEqual(error, { reason: "invalid payload", code: 108 }, JSON.stringify(payload));
    }
    assert.deepEqual(await member.join(topic), { epoch, offset: 0 });
  }
});

it("treats null as an absent field", async () => {
  const member = await join({ payload: { resume: null, history: null, meta: null } });
  assert.deepEqual(member.joined, { epoch, offset: 0 });
});

it("sends at most the history that it keeps", async () => {
  await say(3);
  for (const [history, first] of [[3, 1], [100, 1], [4_000_000_000, 1], [1, 3], [0, 4]]) {
    const member = await join({ payload: { history } });
    const missed = 4 - first;
    assert.deepEqual(member.joined, { epoch, offset: 3, recovered: true, missed });
    assert.deepEqual(await numbers(member, missed), count_to(3, first));
  }
});

it("prefers a recovered resume to a history, and falls back to the history", async () => {
  await say(5);
  const both = (offset, from) => ({ payload: { ...resume(offset, from).payload, history: 3 } });
  const recovered = await join(both(4));
  assert.deepEqual(recovered.joined, { epoch, offset: 5, recovered: true, missed: 1 });
  assert.deepEqual(await numbers(recovered, 1), [5]);
  await recovered.assert_silent();
  const lost = await join(both(4, "nope"));
  assert.deepEqual(lost.joined, { epoch, offset: 6, recovered: false, missed: 3 });
  assert.deepEqual(await numbers(lost, 2), [4, 5]);
  await lost.event("silence");
  await lost.assert_silent();
});

it("recovers until the next event is trimmed", async () => {
  await talk_in("tiny");
  await say(9); // the history keeps 5 to 9
  const last = await join(resume(4));
  assert.deepEqual(last.joined, { epoch, offset: 9, recovered: true, missed: 5 });
  assert.deepEqual(await numbers(last, 5), count_to(9, 5));
  const lost = await join(resume(3));
  assert.deepEqual(lost.joined, { epoch, offset: 9, recovered: false, missed: 0 });
  const history = await join({ payload: { history: 100 } });
  assert.deepEqual(history.joined, { epoch, offset: 9, recovered: true, missed: 5 });
  assert.deepEqual(await numbers(history, 5), count_to(9, 5));
  const both = await join({ payload: { ...resume(0).payload, history: 100 } });
  assert.deepEqual(both.joined, { epoch, offset: 9, recovered: false, missed: 5 });
  assert.deepEqual(await numbers(both, 5), count_to(9, 5));
});

it("recovers only members that missed nothing in a room without history", async () => {
  await talk_in("none");
  await say(2);
  const up_to_date = await join(resume(2));
  assert.deepEqual(up_to_date.joined, { epoch, offset: 2, recovered: true, missed: 0 });
  const lost = await join(resume(1));
  assert.deepEqual(lost.joined, { epoch, offset: 2, recovered: false, missed: 0 });
  await lost.assert_silent();
});

it("sends a member its own events when it resumes, also without echo", async () => {
  await talk_in("deaf");
  await say(3);
  await talker.assert_silent({ echo: false });
  talker.close();
  const again = await join(resume(1));
  assert.deepEqual(again.joined, { epoch, offset: 4, recovered: true, missed: 3 });
  assert.deepEqual(await numbers(again, 2), [2, 3]);
  await again.event("silence");
  await again.push("msg", { n: 5 });
  await again.assert_silent({ echo: false });
});

it("sends missed events to a second join on the same connection", async () => {
  await say(4);
  const member = await join();
  const old_ref = member.join_ref;
  const reply = await member.join(topic, resume(2).payload);
  assert.deepEqual(reply, { epoch, offset: 4, recovered: true, missed: 2 });
  const { event, join_ref } = await member.next();
  assert.deepEqual([event, join_ref], ["phx_close", old_ref]);
  assert.deepEqual(await numbers(member, 2), [3, 4]);
  await member.assert_silent();
});

it("counts resumes by result", async () => {
  const count = (result) => server.metric("roost_resumes_total", `result="${result}"`);
  const before = [await count("recovered"), await count("not_recovered")];
  await say(1);
  await join(resume(0));
  await join(resume(0, "nope"));
  await join();
  const now = [await count("recovered"), await count("not_recovered")];
  assert.deepEqual(now, [before[0] + 1, before[1] + 1]);
});
