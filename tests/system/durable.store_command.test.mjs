// SPDX-License-Identifier: Apache-2.0
// roost store check, export and import: a store is read through, and moves with all that its
// clients were told.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  closeSync, cpSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, statSync,
  truncateSync, writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { summary } from "./checker/run.mjs";
import {
  file_of, invert, mount_namespace, reason_not_to_mount, truncate_by,
} from "./durable/damaged_store.mjs";
import { DurableRun, run_rules } from "./durable/durable_run.mjs";
import { all_events } from "./durable/room_reader.mjs";
import { keeps_all, StoreServer } from "./durable/store_server.mjs";
import { Member } from "./member.mjs";
import { binary, run_binary, sleep, temporary_folder } from "./server.mjs";

const damaged = 5;
const cannot_use = 3;
const rooms = [keeps_all("*", { idempotency_field: "id" })];
const topics = Array.from({ length: 12 }, (_, n) => `room:${n}`);

const store = (...args) => run_binary(["store", ...args]);

/// Runs a program to its end: {code, err}.
async function run([program, ...args], stdout = "ignore") {
  const child = spawn(program, args, { stdio: ["ignore", stdout, "pipe"] });
  let err = "";
  child.stderr.on("data", (data) => (err += data));
  return { code: await new Promise((done) => child.on("close", done)), err };
}

async function succeeds(...args) {
  const done = await store(...args);
  assert.equal(done.code, 0, `${args.join(" ")}: ${done.out}${done.err}`);
  return done;
}

/// Pushes events with idempotency values into all rooms. Returns {topic: its last position}.
async function fill(server, count, first = 1) {
  const last = {};
  for (const topic of topics) {
    const member = await Member.join(server, topic);
    for (let n = first; n < first + count; n += 1) {
      last[topic] = await member.say("msg", { id: `${topic}/${n}`, n });
    }
    member.close();
  }
  return last;
}

/// A stopped node whose rooms are in snapshots and, behind them, in logs.
async function filled(t, { end = "stop" } = {}) {
  const store_server = await StoreServer.start(t, { rooms, log_age_ms: 500 });
  await fill(store_server.server, 10);
  await sleep(1_500);
  const last = await fill(store_server.server, 5, 11);
  if (end === "stop") await store_server.server.stop();
  else await store_server.kill();
  return { store_server, last };
}

async function check_room(server, topic, { epoch, offset }) {
  const resume = { epoch, offset: offset - 3 };
  const member = await Member.join(server, topic, { payload: { resume } });
  assert.deepEqual([member.joined.recovered, member.joined.missed], [true, 3], topic);
  assert.deepEqual((await member.events("msg", 3)).map(({ n }) => n), [13, 14, 15]);
  const repeated = await member.push("msg", { id: `${topic}/15`, n: 15 });
  assert.deepEqual(repeated, { epoch, offset }, "the answer to a repeated value");
  const next = await member.say("msg", { id: `${topic}/16`, n: 16 });
  assert.equal(next.offset, offset + 1);
  assert.notEqual(next.epoch, epoch);
  member.close();
  const events = await all_events(server, topic);
  assert.deepEqual(events.map(({ n }) => n), Array.from({ length: 16 }, (_, at) => at + 1));
}

for (const end of ["stop", "kill"]) {
  it(`serves every room as before from an import, after a ${end}`, async (t) => {
    const { store_server, last } = await filled(t, { end });
    const folder = temporary_folder(t);
    const file = join(folder, "rooms.export");
    const before = readFileSync(file_of(store_server.path));
    const checked = await succeeds("check", store_server.path);
    assert.match(checked.out, /: 12 rooms, \d+ records, \d+ snapshots: no problems\n$/);
    await succeeds("export", store_server.path, file);
    assert.deepEqual(readFileSync(file_of(store_server.path)), before, "the store is unchanged");
    const path = join(folder, "moved");
    await succeeds("import", file, path);
    const again = join(folder, "again.export");
    await succeeds("export", path, again);
    assert.ok(readFileSync(file).equals(readFileSync(again)), "the exports are equal");

    const moved = new StoreServer(t, { rooms, path, log_age_ms: 500 });
    await moved.start();
    for (const topic of topics) await check_room(moved.server, topic, last[topic]);
    await moved.server.stop();
    await succeeds("check", path);
  });
}

it("keeps every promise to clients that move with their store under load", async (t) => {
  const store_server = await StoreServer.start(t, { rooms: run_rules });
  const run = new DurableRun(store_server, 3);
  const folder = temporary_folder(t);
  await run.during(async () => {
    for (const n of [1, 2, 3]) {
      await sleep(1_500);
      await store_server.kill();
      const checked = await store("check", store_server.path);
      assert.equal(checked.code, 0, checked.out + checked.err);
      const moved = join(folder, `moved${n}`);
      await succeeds("export", store_server.path, join(folder, "file"));
      await succeeds("import", join(folder, "file"), moved);
      store_server.path = moved;
      await store_server.start();
    }
    await sleep(500);
  });
  const { violations, counts } = await run.finish();
  t.diagnostic(JSON.stringify(counts));
  assert.equal(violations.length, 0, summary(violations));
  assert.ok(counts.recovered > 0, JSON.stringify(counts));
});

it("moves a store through a pipe, and by the store.path of configurations", async (t) => {
  const { store_server } = await filled(t);
  const folder = temporary_folder(t);
  const config_of = (name) => {
    const file = join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify({ store: { path: join(folder, name) } }));
    return file;
  };
  cpSync(store_server.path, join(folder, "first"), { recursive: true });
  const args = ["store", "export", "--config", config_of("first"), "-"];
  const from = spawn(binary, args, { stdio: ["ignore", "pipe", "inherit"] });
  const to = spawn(binary, ["store", "import", "-", "--config", config_of("second")], {
    stdio: [from.stdout, "pipe", "inherit"],
  });
  assert.equal(await new Promise((done) => to.on("close", done)), 0);
  const json = await succeeds("check", "--config", config_of("second"), "--json");
  const checked = JSON.parse(json.out);
  assert.equal(checked.shards.reduce((sum, { rooms: count }) => sum + count, 0), 12);
  assert.deepEqual([checked.problems, checked.version], [[], 1]);
});

it("refuses a store that a node uses, and the node goes on", async (t) => {
  const store_server = await StoreServer.start(t, { rooms });
  const file = join(temporary_folder(t), "file");
  for (const args of [["check", store_server.path], ["export", store_server.path, file]]) {
    const { code, err } = await store(...args);
    assert.equal(code, cannot_use);
    assert.match(err, /another process uses this store\nroost: stop the node that uses it/);
  }
  assert.ok(!existsSync(file));
  const member = await Member.join(store_server.server, "room:1");
  assert.equal((await member.push("msg", {})).offset, 1);
});

it("finds a file that is one byte short, and all damage that matters", async (t) => {
  const { store_server } = await filled(t);
  const file = file_of(store_server.path);
  const folder = temporary_folder(t);
  const intact = join(folder, "intact");
  await succeeds("export", store_server.path, intact);
  cpSync(file, `${file}.copy`);
  truncate_by(file, 1);
  const short = await store("check", store_server.path);
  assert.equal(short.code, damaged, short.out);
  assert.match(short.err, /^file: the file was cut off: it lacks 1 of \d+ bytes$/m);
  const { size } = statSync(`${file}.copy`);
  let found = 0;
  for (let part = 1; part < 12; part += 1) {
    cpSync(`${file}.copy`, file);
    invert(file, Math.floor((size * part) / 12), 300);
    const { code, err } = await store("check", store_server.path);
    if (code === damaged) {
      found += 1;
      assert.notEqual(err, "");
      assert.equal((await store("export", store_server.path, join(folder, "x"))).code, damaged);
    } else {
      // It was in a part of the file that holds nothing.
      await succeeds("export", store_server.path, join(folder, "same"));
      assert.ok(readFileSync(join(folder, "same")).equals(readFileSync(intact)), `part ${part}`);
    }
  }
  t.diagnostic(`${found} of 11 found`);
  assert.ok(found >= 3, `only ${found} found`);
  cpSync(`${file}.copy`, file);
  await succeeds("check", store_server.path);
});

it("refuses an export that was cut off or changed, and a store that has rooms", async (t) => {
  const { store_server } = await filled(t);
  const folder = temporary_folder(t);
  const file = join(folder, "file");
  await succeeds("export", store_server.path, file);
  const used = await store("import", file, store_server.path);
  assert.equal(used.code, cannot_use);
  assert.match(used.err, /there is a store already: name a new folder, or move this one away\n$/);
  const path = join(folder, "new");
  const { size } = statSync(file);
  for (const left of [0, 1, 30, Math.floor(size / 2), size - 1]) {
    cpSync(file, `${file}.cut`);
    truncateSync(`${file}.cut`, left);
    const { code, err } = await store("import", `${file}.cut`, path);
    assert.equal(code, damaged, err);
    assert.match(err, /it was cut off\n$/);
    assert.ok(!existsSync(path), "nothing is left");
  }
  invert(file, Math.floor(size / 3), 1);
  const changed = await store("import", file, path);
  assert.equal(changed.code, damaged);
  assert.match(changed.err, /^roost: the export: it is damaged at byte \d+\n$/);
  assert.ok(!existsSync(path), "nothing is left");
});

it("says that standard output takes no more", async (t) => {
  const { store_server } = await filled(t);
  const full = openSync("/dev/full", "w");
  const done = await run([binary, "store", "export", store_server.path, "-"], full);
  closeSync(full);
  assert.equal(done.code, cannot_use);
  assert.equal(done.err, "roost: standard output: No space left on device\n");
});

const no_mount = reason_not_to_mount();
it("leaves nothing behind on a full disk", { skip: no_mount }, async (t) => {
  const { store_server } = await filled(t);
  const folder = temporary_folder(t);
  const file = join(folder, "file");
  await succeeds("export", store_server.path, file);
  const small = join(folder, "small");
  mkdirSync(small);
  const disk = await mount_namespace(t, small, 'mount -t tmpfs -o size=16k none "$0"');
  const program = disk.program(binary);
  const exported = await run([...program, "store", "export", store_server.path, `${small}/copy`]);
  assert.equal(exported.code, cannot_use, exported.err);
  assert.match(exported.err, /small\/copy: No space left on device\n$/);
  assert.deepEqual(readdirSync(disk.inside(small)), []);
  const imported = await run([...program, "store", "import", file, `${small}/store`]);
  assert.equal(imported.code, cannot_use, imported.err);
  assert.match(imported.err, /small\/store: .*(full|I\/O error)/);
  assert.deepEqual(readdirSync(disk.inside(small)), []);
});
