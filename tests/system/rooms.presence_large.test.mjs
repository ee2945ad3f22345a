// SPDX-License-Identifier: Apache-2.0
// Presence of very many members at once must not close those that receive it.
import assert from "node:assert/strict";
import { it } from "node:test";
import { Member } from "./member.mjs";
import { PresenceView } from "./presence_view.mjs";
import { Server, sleep, until } from "./server.mjs";

const filling = "x".repeat(4_000);

async function join(t, server, meta) {
  const member = await Member.join(server, "room:1", { payload: { meta } });
  t.after(() => member.close());
  return member;
}

it("sends a change larger than an outbox, as a diff or as a new state", async (t) => {
  const rooms = [{ match: "*", presence: { window_ms: 3_000 } }];
  const server = await Server.start({ config: { rooms }, t });
  const first = await join(t, server, { n: 0 });
  const view = new PresenceView();
  const members = await Promise.all(Array.from({ length: 300 }, () => Member.open(server)));
  t.after(() => members.forEach((member) => member.close()));
  // All joins are within the window.
  const joins = members.map((each, n) => each.join("room:1", { meta: { n: n + 1, filling } }));
  await Promise.all(joins);
  while (view.metas("room:1").length <= members.length) view.take(await first.raw.next_raw());
  assert.equal(await server.metric("roost_slow_consumers_total"), 0);
});

it("switches back from counts with a state larger than an outbox", async (t) => {
  const limits = { outbox_bytes_max: 300_000, payload_bytes_max: 200_000 };
  const rooms = [{ match: "*", presence: { full_max: 200, window_ms: 20 } }];
  const server = await Server.start({ config: { limits, rooms }, t });
  const members = [];
  for (let n = 0; n < 203; n += 1) members.push(await join(t, server, { n }));
  for (const [n, each] of members.entries()) {
    await each.say("presence_update", { meta: { n, filling } });
  }
  const left = members.splice(0, 103);
  for (const each of left) each.close();
  const [first] = members;
  await first.until_event("presence_state");
  await until(async () => (await server.metric("roost_members")) === 100, "the leaves");
  await sleep(500);
  assert.deepEqual(members.map(({ raw }) => raw.end).filter((end) => end), []);
  assert.equal(await server.metric("roost_slow_consumers_total"), 0);
});
