// SPDX-License-Identifier: Apache-2.0
// The files of a store stay small however much is pushed, because logs are truncated.
import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { it } from "node:test";
import { keeps_all, StoreServer } from "./durable/store_server.mjs";
import { Member } from "./member.mjs";
import { sleep } from "./server.mjs";

const mb = 1_000_000;
const bytes_in = (folder) =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(`${folder}/${name}`).size, 0);

/// Pushes `pushes` events of `bytes` into one room, ten at a time.
async function push_many(member, pushes, bytes) {
  const filling = "x".repeat(bytes);
  for (let n = 0; n < pushes; n += 10) {
    const refs = Array.from({ length: 10 }, (_, at) => member.send("msg", { n: n + at, filling }));
    for (const ref of refs) await member.ok(ref);
  }
}

/// A node whose rooms hold `events_max` events, and one member without echo.
async function start(t, events_max) {
  const { history, ...rule } = keeps_all("*", { echo: false });
  const rooms = [{ ...rule, history: { ...history, events_max } }];
  const store_server = await StoreServer.start(t, { rooms, log_age_ms: 300 });
  return { store_server, member: await Member.join(store_server.server, "room:1") };
}

async function joins_with_history(server, events, last) {
  const member = await Member.join(server, "room:1", { payload: { history: 1_000_000 } });
  assert.deepEqual([member.joined.missed, member.joined.offset], [events, last]);
  const offsets = [];
  while (offsets.length < events) {
    const { event, position } = await member.next();
    if (event === "msg") offsets.push(position.offset);
  }
  assert.deepEqual(offsets, Array.from({ length: events }, (_, at) => last - events + 1 + at));
  member.close();
}

it("keeps the store small while a room with a short history gets many events", async (t) => {
  const { store_server, member } = await start(t, 20);
  await push_many(member, 20_000, 4_000); // 80 MB
  await sleep(1_500);
  const bytes = bytes_in(store_server.path);
  t.diagnostic(`${bytes} bytes`);
  assert.ok(bytes < 60 * mb, `${bytes} bytes: the log of 80 MB was not truncated`);
  await store_server.kill_and_start();
  await joins_with_history(store_server.server, 20, 20_000);
});

it("keeps the store small while a room with the largest history gets large events", async (t) => {
  const { store_server, member } = await start(t, 35);
  for (let round = 0; round < 6; round += 1) {
    await push_many(member, 100, 150_000); // 15 MB, of which the history holds 5
    await sleep(1_000);
  }
  const bytes = bytes_in(store_server.path);
  t.diagnostic(`${bytes} bytes`);
  assert.ok(bytes < 75 * mb, `${bytes} bytes: the log of 90 MB was not truncated`);
  await store_server.kill_and_start();
  await joins_with_history(store_server.server, 35, 600);
});
