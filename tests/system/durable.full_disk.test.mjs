// SPDX-License-Identifier: Apache-2.0
// On a full disk a durable node refuses pushes and serves reads, and goes on when there is space.
import assert from "node:assert/strict";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { it } from "node:test";
import { mount_namespace, reason_not_to_mount } from "./durable/damaged_store.mjs";
import { NumberedPusher, problems_of } from "./durable/numbered_pusher.mjs";
import { all_events } from "./durable/room_reader.mjs";
import { keeps_all, StoreServer } from "./durable/store_server.mjs";
import { binary, temporary_folder, until } from "./server.mjs";

const skip = reason_not_to_mount();
const topics = Array.from({ length: 8 }, (_, n) => `room:${n}`);
const push_bytes = 700;

/// Writes into the file until the file system is full.
function fill_up(file) {
  const opened = openSync(file, "w");
  const part = Buffer.alloc(4_096, 1);
  try {
    for (;;) writeSync(opened, part);
  } catch (failure) {
    assert.equal(failure.code, "ENOSPC");
  } finally {
    closeSync(opened);
  }
}

/// A node on a small file system, and a client that pushes into each room.
async function start(t, sync) {
  const folder = temporary_folder(t);
  const mounted = await mount_namespace(t, folder, 'mount -t tmpfs -o size=32m none "$0"');
  const options = { rooms: [keeps_all("*")], sync, path: `${folder}/store` };
  const store_server = await StoreServer.start(t, { ...options, program: mounted.program(binary) });
  const pushers = topics.map((topic) => new NumberedPusher(store_server.server, topic));
  pushers.forEach((pusher) => pusher.connect());
  const timer = setInterval(() => pushers.forEach((pusher) => pusher.push(push_bytes)), 10);
  t.after(() => (clearInterval(timer), pushers.forEach((pusher) => pusher.end())));
  const more_of = async (name, text) => {
    const before = pushers.map((pusher) => pusher[name].length);
    const grew = () => pushers.every((pusher, at) => pusher[name].length > before[at] + 3);
    await until(grew, () => `${text}: ${store_server.server.output()}`, 60_000);
  };
  const filler = mounted.inside(`${folder}/filler`);
  return { store_server, pushers, timer, more_of, filler };
}

async function check_reads({ server }) {
  for (const topic of topics) assert.ok((await all_events(server, topic)).length > 0);
}

/// Stops the pushes, starts the node again, and compares all rooms with what was answered.
async function check({ store_server, pushers, timer }) {
  clearInterval(timer);
  await until(() => pushers.every((pusher) => pusher.is_settled()), "all answers", 60_000);
  await store_server.kill_and_start();
  for (const pusher of pushers) {
    const events = await all_events(store_server.server, pusher.topic);
    assert.deepEqual(problems_of(pusher, events).slice(0, 5), [], store_server.server.output());
  }
}

/// The reasons of all refusals, each once.
const reasons_of = (pushers) =>
  [...new Set(pushers.flatMap(({ refused }) => refused.map(({ reason }) => reason)))].join();

for (const sync of ["always", "interval"]) {
  it(`refuses pushes on a full disk and goes on later, sync ${sync}`, { skip }, async (t) => {
    const node = await start(t, sync);
    const { store_server, pushers, more_of, filler } = node;
    await more_of("acknowledged", "pushes are stored");
    fill_up(filler);
    await more_of("refused", "pushes are refused");
    assert.match(reasons_of(pushers), /unavailable/);
    await check_reads(store_server);
    fill_up(`${filler}-2`); // also what the store held back
    await more_of("refused", "pushes are refused");
    await check_reads(store_server);
    rmSync(filler);
    rmSync(`${filler}-2`);
    await more_of("acknowledged", "pushes are stored again");
    await check(node);
  });
}

it("starts on a full disk, serves reads, and goes on later", { skip }, async (t) => {
  const node = await start(t, "interval");
  const { store_server, pushers, more_of, filler } = node;
  await more_of("acknowledged", "pushes are stored");
  await store_server.kill();
  fill_up(filler);
  await store_server.start();
  await check_reads(store_server);
  await more_of("refused", "pushes are refused");
  rmSync(filler);
  await more_of("acknowledged", "pushes are stored again");
  assert.match(reasons_of(pushers), /unavailable/);
  await check(node);
});
