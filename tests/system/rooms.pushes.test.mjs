// SPDX-License-Identifier: Apache-2.0
// Pushes: idempotency, checks, batches, text and bytes.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as path_of } from "node:path";
import { after, afterEach, before, beforeEach, it } from "node:test";
import { broadcast, count_to, decode, forms, Member, named } from "./member.mjs";
import { every_byte, parse } from "./raw.mjs";
import { Server, until } from "./server.mjs";

const schema = {
  type: "object",
  required: ["n"],
  properties: { n: { type: "integer", minimum: 0 }, text: { type: "string", maxLength: 5 } },
  additionalProperties: false,
};
const folder = mkdtempSync(path_of(tmpdir(), "roost-schema-"));
const schema_file = path_of(folder, "note.json");
writeFileSync(schema_file, JSON.stringify(schema));
const quiet = { presence: { mode: "off" } };
const config = {
  limits: { payload_bytes_max: 2_000 },
  rooms: [
    { match: "once:*", idempotency_field: "id", ...quiet },
    { match: "few:*", idempotency_field: "id", idempotency_bytes_max: 2_000, ...quiet },
    { match: "batch:*", batch_ms: 300, ...quiet },
    { match: "rules:*", events: { small: { bytes_max: 20 }, note: { schema_file } }, ...quiet },
    { match: "deaf:*", echo: false, ...quiet },
    { match: "*", ...quiet },
  ],
};
const text_form = { codec: "v2", positions: false };
const too_large = { reason: "payload too large", code: 107 };
const invalid = { reason: "invalid payload", code: 108 };
let server;
let topic;
let rooms_used = 0;
const open = [];
before(async () => (server = await Server.start({ config })));
after(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => (topic = `room:${(rooms_used += 1)}`));
afterEach(() => open.splice(0).forEach((member) => member.close()));

async function join(kind, form = text_form) {
  if (kind && !topic.startsWith(kind)) topic = `${kind}:${topic}`;
  const member = await Member.join(server, topic, { form });
  open.push(member);
  return member;
}

for (const form of forms.filter(({ codec }) => codec !== "binary")) {
  it(`applies a push over ${named(form)} once, also if another event has its id`, async () => {
    const member = await join("once", form);
    const other = await join("once");
    const first = await member.push("msg", { id: "x", n: 1 });
    await member.event("msg");
    assert.deepEqual(await member.push("msg", { id: "x", n: 2 }), first);
    assert.deepEqual(await member.push("other", { n: 3, id: "x" }), first);
    await member.assert_silent();
    assert.deepEqual(await other.events("msg", 1), [{ id: "x", n: 1 }]);
    await other.event("silence");
    await other.assert_silent();
  });
}

it("keeps the idempotency values of a user over connections, and distinguishes them", async () => {
  const member = await join("once");
  const positions = [];
  const values = ["x", "y", "", 1, "1", null, { a: [1] }, undefined, undefined];
  for (const [n, id] of values.entries()) positions.push(await member.say("msg", { id, n }));
  const offsets = new Set(positions.map(({ offset }) => offset));
  assert.ok(offsets.size >= 6, JSON.stringify(positions));
  // A push without a value is applied every time.
  assert.equal(positions[8].offset, positions[7].offset + 1);
  member.close();
  const again = await join("once");
  assert.deepEqual(await again.push("msg", { id: "x" }), positions[0]);
  assert.deepEqual(await again.push("msg", { id: "y" }), positions[1]);
  await again.assert_silent();
});

it("counts repeated pushes", async () => {
  const member = await join("once");
  const before = await server.metric("roost_repeated_pushes_total");
  for (const id of ["a", "b", "a", "b", "a"]) await member.say("msg", { id });
  const counted = async () => (await server.metric("roost_repeated_pushes_total")) - before;
  await until(async () => (await counted()) >= 3, "three repeated pushes in the metrics");
  assert.equal(await counted(), 3);
});

it("evicts the oldest idempotency values above idempotency_bytes_max", async () => {
  const member = await join("few");
  const first = await member.say("msg", { id: "first" });
  for (let n = 0; n < 40; n += 1) await member.say("msg", { id: `${n}` });
  const again = await member.say("msg", { id: "first" });
  assert.equal(again.offset, first.offset + 41);
});

it("refuses a payload over the limit of its event only", async () => {
  const member = await join("rules");
  await member.say("small", { n: "x".repeat(12) }); // {"n":"xxxxxxxxxxxx"} has 20 bytes
  const refused = await member.send("small", { n: "x".repeat(13) });
  await member.event("small");
  assert.deepEqual(await member.error(refused), too_large);
  await member.push("larger", { n: "x".repeat(100) });
  await member.event("larger");
  const binary = { ...member.form, codec: "binary" };
  const bytes = await join("rules", binary);
  await bytes.say("small", Buffer.alloc(20));
  await bytes.event("small");
  const frame = bytes.send("small", Buffer.alloc(21));
  assert.deepEqual(await bytes.error(frame), too_large);
});

it("refuses a payload that its event's schema does not allow", async () => {
  const member = await join("rules");
  const bad = [{}, { n: -1 }, { n: 1.5 }, { n: "1" }, { n: 1, text: "toolong" }, { n: 1, x: 1 }];
  for (const payload of bad) {
    const error = await member.error(member.send("note", payload));
    assert.deepEqual(error, invalid, JSON.stringify(payload));
  }
  const bytes = member.send("note", Buffer.from([1]));
  assert.deepEqual(await member.error(bytes), invalid);
  for (const payload of [{ n: 0 }, { text: "fits!", n: 7 }]) {
    await member.push("note", payload);
    assert.deepEqual((await member.event("note")).payload, payload);
  }
  await member.assert_silent();
  const old = await join("rules", { codec: "v1", positions: false });
  assert.deepEqual(await old.error(old.send("note", { n: -1 })), invalid);
});

for (const form of [forms[1], forms[3], forms[5]]) {
  it(`delays events over ${named(form)} by batch_ms, and sends them in order`, async () => {
    const member = await join("batch", form);
    const other = await join("batch");
    const { epoch } = member.joined;
    const begin = Date.now();
    const refs = count_to(20).map((n) => member.send("msg", { n }));
    const replies = [];
    const events = [];
    let first_ms = null;
    while (replies.length + events.length < 2 * refs.length) {
      const frame = await member.raw.next_raw();
      const { event, ...more } = decode(frame);
      if (event === "phx_reply") {
        replies.push([more.join_ref, more.ref, more.topic, more.payload]);
      } else {
        first_ms ??= Date.now() - begin;
        events.push(parse(frame));
        assert.ok(events.length <= replies.length, "an event before the reply to its push");
      }
    }
    assert.ok(first_ms >= 250, `delayed by ${first_ms} ms`);
    const join_ref = form.codec === "v1" ? undefined : member.join_ref;
    const ok_at = (offset) => ({ status: "ok", response: { epoch, offset } });
    assert.deepEqual(replies, refs.map((ref, n) => [join_ref, ref, topic, ok_at(n + 1)]));
    const is_bytes = form.codec === "binary";
    const frame_of = (n) => {
      const payload = is_bytes ? Buffer.from(JSON.stringify({ n })) : { n };
      return broadcast(form, { topic, event: "msg", payload, position: { epoch, offset: n } });
    };
    assert.deepEqual(events, count_to(20).map(frame_of));
    assert.deepEqual((await other.events("msg", 20)).map(({ n }) => n), count_to(20));
    await other.assert_silent();
  });
}

it("sends each event once to members that join, resume or leave during a batch", async () => {
  const member = await join("batch");
  const leaver = await join("batch");
  for (const n of [1, 2]) await member.say("msg", { n });
  const joiner = await join("batch");
  assert.equal(joiner.joined.offset, 2);
  const resume = { epoch: member.joined.epoch, offset: 1 };
  const resumer = await Member.join(server, topic, { payload: { resume } });
  open.push(resumer);
  await member.say("msg", { n: 3 });
  leaver.send("phx_leave", {});
  const numbers = (await leaver.until_event("phx_close")).map(({ payload: { n } }) => n);
  assert.deepEqual(numbers.slice(0, 3), [1, 2, 3]);
  assert.equal((await joiner.events("msg", 1))[0].n, 3);
  assert.deepEqual((await resumer.events("msg", 2)).map(({ n }) => n), [2, 3]);
  await joiner.assert_silent();
  await resumer.event("silence");
  await resumer.assert_silent();
});

it("answers a push without echo, and sends it to the others alone", async () => {
  const member = await join("deaf");
  const other = await join("deaf");
  const placed = await member.push("msg", { n: 1 });
  await member.assert_silent({ echo: false });
  assert.deepEqual(await other.events("msg", 1), [{ n: 1 }]);
  assert.deepEqual(await other.events("silence", 1), [{}]);
  assert.equal(placed.offset, 1);
});

it("carries bytes to and from every format", async () => {
  const members = [];
  for (const form of forms) members.push(await join("bytes", form));
  const { epoch } = members[0].joined;
  for (const [n, payload] of [every_byte, Buffer.alloc(0), Buffer.from("{}")].entries()) {
    const sender = members[n + 2]; // over V2
    const ref = sender.send("bin", payload);
    const position = { epoch, offset: n + 1 };
    assert.deepEqual(await sender.ok(ref), position);
    for (const member of members) {
      const frame = broadcast(member.form, { topic, event: "bin", payload, position });
      assert.deepEqual(await member.raw.next(), frame, named(member.form));
    }
  }
  await members[0].push("bin", { payload_base64: "AQID" });
  const payload = Buffer.from([1, 2, 3]);
  for (const member of members) {
    const position = { epoch, offset: 4 };
    const frame = broadcast(member.form, { topic, event: "bin", payload, position });
    assert.deepEqual(await member.raw.next(), frame, named(member.form));
  }
});
