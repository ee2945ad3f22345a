// SPDX-License-Identifier: Apache-2.0
// A store that cannot be used ends the node at its start with exit code 3 and a clear text. A
// damaged one never gives wrong events.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import {
  file_of, invert, mount_namespace, overwrite, reason_not_to_mount, set_version, truncate_by,
} from "./durable/damaged_store.mjs";
import { all_events } from "./durable/room_reader.mjs";
import { keeps_all, StoreServer } from "./durable/store_server.mjs";
import { Member } from "./member.mjs";
import { binary, sleep, temporary_folder } from "./server.mjs";

const rooms = [keeps_all("*")];
const cannot_use = 3;
const topics = Array.from({ length: 20 }, (_, n) => `room:${n}`);
const events_each = 40;
const text_of = (topic, n) => `${topic} ${n} ${"abcdefgh".repeat(n % 30)}`;

/// Pushes events into all rooms and waits until those of the first half are in snapshots.
async function fill(server) {
  for (const part of [topics.slice(0, 10), topics.slice(10)]) {
    const members = await Promise.all(part.map((topic) => Member.join(server, topic)));
    for (let n = 1; n <= events_each; n += 1) {
      await Promise.all(members.map((one) => one.say("msg", { n, text: text_of(one.topic, n) })));
    }
    members.forEach((member) => member.close());
    if (part[0] === topics[0]) await sleep(2_500); // longer than log_age_ms
  }
}

/// A store with events, whose node has been stopped or killed.
async function filled_store(t, { how = "stop" } = {}) {
  const store_server = await StoreServer.start(t, { rooms, log_age_ms: 1_000 });
  await fill(store_server.server);
  await (how === "stop" ? store_server.server.stop() : store_server.kill());
  return store_server;
}

async function refuses(store_server, pattern) {
  const { code, text } = await store_server.fails_to_start();
  assert.equal(code, cannot_use, text);
  assert.match(text, pattern);
  assert.ok(text.includes(store_server.path), `the text names the store: ${text}`);
  assert.doesNotMatch(text, /listening on/);
}

const has_all = async (server) => {
  for (const topic of topics) {
    const events = await all_events(server, topic);
    assert.deepEqual(events.map(({ text }) => text),
      Array.from({ length: events_each }, (_, at) => text_of(topic, at + 1)), topic);
  }
};

it("refuses a store that another process uses, and that process goes on", async (t) => {
  const first = await StoreServer.start(t, { rooms });
  const second = new StoreServer(t, { rooms, path: first.path });
  await refuses(second, /another process uses this store/);
  const member = await Member.join(first.server, "room:1");
  assert.equal((await member.push("msg", {})).offset, 1);
  await first.kill();
  await second.start();
  assert.equal((await all_events(second.server, "room:1")).length, 1);
});

it("refuses a folder that is not writable", { skip: reason_not_to_mount() }, async (t) => {
  const path = join(temporary_folder(t), "store");
  mkdirSync(path);
  const script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0"';
  const { program } = await mount_namespace(t, path, script);
  await refuses(new StoreServer(t, { rooms, path, program: program(binary) }), /[Rr]ead-only/);
  const filled = await filled_store(t);
  const readable = await mount_namespace(t, filled.path, script);
  filled.program = readable.program(binary);
  await refuses(filled, /[Rr]ead-?only/);
});

it("refuses a store in a folder that does not exist or is a file", async (t) => {
  const folder = temporary_folder(t);
  await refuses(new StoreServer(t, { rooms, path: join(folder, "a", "b") }), /No such file/);
  await refuses(new StoreServer(t, { rooms, path: "/dev/null" }), /Not a directory|File exists/);
});

it("refuses a store of a newer version, and leaves it as it is", async (t) => {
  const store_server = await filled_store(t);
  set_version(store_server.path, 99);
  await refuses(store_server, /version 99/);
  set_version(store_server.path, 1);
  await store_server.start();
  await has_all(store_server.server);
});

it("refuses a truncated file", async (t) => {
  const store_server = await filled_store(t);
  const file = file_of(store_server.path);
  cpSync(file, `${file}.copy`);
  const { size } = statSync(file);
  for (const left of [0, 100, 4_096, Math.floor(size / 2), size - 4_096, size - 1]) {
    cpSync(`${file}.copy`, file);
    truncateSync(file, left);
    t.diagnostic(`${left} of ${size} bytes`);
    await refuses(store_server, /roost\.db: /);
  }
  rmSync(file);
  await refuses(store_server, /missing or empty/);
});

it("refuses a file that is not a store", async (t) => {
  const store_server = await filled_store(t);
  overwrite(file_of(store_server.path), 0, Buffer.from("something else"));
  await refuses(store_server, /not a database|not a store/);
});

it("loses only the end of what was not synced if the WAL file is cut", async (t) => {
  const store_server = await filled_store(t, { how: "kill" });
  const wal = `${file_of(store_server.path)}-wal`;
  if (statSync(wal).size > 5_000) truncate_by(wal, 4_500);
  await store_server.start();
  for (const topic of topics) {
    const events = await all_events(store_server.server, topic);
    events.forEach(({ n, text }, at) => assert.deepEqual([n, text], [at + 1, text_of(topic, n)]));
  }
});

/// Every answer about a room is right, or is an error; or the node did not start.
async function check_damaged(store_server) {
  const server = store_server.spawn();
  const ready = await server.ready().then(() => true, () => false);
  if (!ready) {
    const { code } = await server.exited;
    assert.equal(code, cannot_use, server.output());
    return "refused";
  }
  // A room that cannot be read is refused some seconds later.
  const lost = await Promise.all(topics.map((topic) => room_is_lost(server, topic)));
  await store_server.kill();
  return lost.includes(true) ? "unavailable rooms" : "nothing lost";
}

/// False if the room has all its events, true if its join fails. Anything else fails the test.
async function room_is_lost(server, topic) {
  const member = await Member.open(server);
  member.topic = topic;
  const ref = member.send("phx_join", { history: 1_000_000 });
  const { status, response } = await member.answer(ref);
  member.close();
  if (status !== "ok") return true;
  const events = await all_events(server, topic);
  assert.equal(events.length, events_each, `${topic}: ${JSON.stringify(response)}`);
  events.forEach(({ n, text }, at) => assert.deepEqual([n, text], [at + 1, text_of(topic, n)]));
  return false;
}

it("gives no wrong event when bytes in the middle of its file are damaged", async (t) => {
  const store_server = await filled_store(t);
  const file = file_of(store_server.path);
  cpSync(file, `${file}.copy`);
  const { size } = statSync(file);
  const results = {};
  for (let part = 1; part < 10; part += 1) {
    cpSync(`${file}.copy`, file);
    invert(file, Math.floor((size * part) / 10) + 1_000, 16);
    const result = await check_damaged(store_server);
    results[result] = (results[result] ?? 0) + 1;
  }
  t.diagnostic(JSON.stringify(results));
  assert.ok((results.refused ?? 0) + (results["unavailable rooms"] ?? 0) > 0);
});
