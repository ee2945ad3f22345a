// SPDX-License-Identifier: Apache-2.0
// Read receipts: marks, receipts to all members, and receipts to a new member.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, it } from "node:test";
import { forms, Member, named } from "./member.mjs";
import { Server } from "./server.mjs";

const quiet = { presence: { mode: "off" } };
const config = {
  rooms: [
    { match: "slow:*", receipts: { window_ms: 3_000 }, ...quiet },
    { match: "few:*", receipts: { window_ms: 0, users_max: 2 }, ...quiet },
    { match: "*", receipts: { window_ms: 0 }, ...quiet },
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

async function join(form) {
  const member = await Member.join(server, topic, { form });
  open.push(member);
  return member;
}

const receipt_of = async (member) => (await member.event("read_receipt")).payload;

for (const form of forms.filter(({ codec }) => codec !== "binary")) {
  it(`sends all members the receipt of a member over ${named(form)}`, async () => {
    const member = await join(form);
    const other = await join();
    const position = await other.say("msg", {});
    await member.event("msg");
    assert.deepEqual(await member.push("mark_read", position), {});
    const receipt = await receipt_of(member);
    assert.match(receipt.user, /^~/);
    assert.deepEqual(receipt, { user: receipt.user, ...position });
    assert.deepEqual((await other.until_event("read_receipt")).pop().payload, receipt);
    const late = await Member.open(server, form);
    open.push(late);
    assert.deepEqual(await late.join(topic), position);
    const { receipts } = (await late.event("read_receipts")).payload;
    assert.deepEqual(receipts, { [receipt.user]: position });
    await late.assert_silent();
  });
}

it("sends no receipts to a join if there are none", async () => {
  const member = await join();
  await member.assert_silent();
  await (await join()).assert_silent();
});

it("never moves a read mark back, and sends no receipt twice", async () => {
  const member = await join();
  const positions = [];
  for (let n = 0; n < 3; n += 1) positions.push(await member.say("msg", {}));
  await member.event("msg");
  assert.deepEqual(await member.push("mark_read", positions[1]), {});
  assert.equal((await receipt_of(member)).offset, 2);
  for (const older of [positions[0], positions[1]]) {
    assert.deepEqual(await member.push("mark_read", older), {});
  }
  await member.assert_silent();
  assert.deepEqual(await member.push("mark_read", positions[2]), {});
  assert.equal((await receipt_of(member)).offset, 3);
});

it("sends the newest mark of each user in a window", async () => {
  topic = `slow:${topic}`;
  const [a, b] = [await join(), await join()];
  const positions = [];
  for (let n = 0; n < 5; n += 1) positions.push(await a.say("msg", { n }));
  await a.event("msg");
  const refs = positions.map((position) => a.send("mark_read", position));
  await b.say("mark_read", positions[2]);
  for (const ref of refs) assert.deepEqual(await a.ok(ref), {});
  const receipts = [await receipt_of(a), await receipt_of(a)];
  assert.deepEqual(receipts.map(({ offset }) => offset).sort(), [3, 5]);
  assert.equal(new Set(receipts.map(({ user }) => user)).size, 2);
  await a.assert_silent();
});

it("refuses marks that are malformed or in the future", async () => {
  const member = await join();
  const { epoch } = member.joined;
  await member.say("msg", {});
  await member.event("msg");
  const bad = [
    ...[{}, [], { epoch }, { offset: 1 }, { epoch: 5, offset: 1 }, { epoch: null, offset: 1 }],
    ...[-1, 1.5, "1", null, 2, 2 ** 60].map((offset) => ({ epoch, offset })),
    { epoch: "nope", offset: 1 },
  ];
  for (const payload of bad) {
    const error = await member.error(member.send("mark_read", payload));
    assert.deepEqual(error, { reason: "invalid payload", code: 108 }, JSON.stringify(payload));
  }
  await member.assert_silent();
  const late = await join();
  await late.assert_silent();
  member.topic = "room:elsewhere";
  member.send("mark_read", { epoch, offset: 1 });
  assert.equal((await member.until_event("phx_reply")).pop().payload.response.code, 100);
});

it("keeps the marks of members that left, up to users_max", async () => {
  topic = `few:${topic}`;
  const watching = await join();
  const position = await watching.say("msg", {});
  const users = [];
  for (let n = 0; n < 3; n += 1) {
    const member = await join();
    await member.say("mark_read", position);
    users.push((await watching.until_event("read_receipt")).pop().payload.user);
    member.close();
  }
  const late = await join();
  const { receipts } = (await late.event("read_receipts")).payload;
  assert.deepEqual(Object.keys(receipts).sort(), users.slice(1).sort());
});

it("counts marks that moved", async () => {
  const count = () => server.metric("roost_receipts_marked_total");
  const before = await count();
  const member = await join();
  const position = await member.say("msg", {});
  for (let n = 0; n < 3; n += 1) await member.say("mark_read", position);
  assert.ok((await count()) > before);
});
