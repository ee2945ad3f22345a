// SPDX-License-Identifier: Apache-2.0
// A log that no process reads does not block the server.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { Raw } from "./raw.mjs";
import { binary, Server, temporary_folder, until } from "./server.mjs";

/// A pipe that is full from the start.
class FullPipe {
  constructor(t) {
    this.path = join(temporary_folder(t), "stderr");
    execFileSync("mkfifo", [this.path]);
    this.file = openSync(this.path, constants.O_RDWR | constants.O_NONBLOCK);
    for (let length = 4_096; length > 0; ) {
      try {
        writeSync(this.file, `${" ".repeat(length - 1)}\n`);
      } catch {
        length = Math.floor(length / 2);
      }
    }
    t.after(() => closeSync(this.file));
  }

  read() {
    const some = Buffer.alloc(65_536);
    try {
      return some.toString("utf8", 0, readSync(this.file, some));
    } catch {
      return ""; // the pipe is empty
    }
  }
}

/// A server whose standard error is the pipe.
function start(t, pipe, sets = {}) {
  const program = ["sh", "-c", `exec "$0" "$@" 2> '${pipe.path}'`, binary];
  return Server.start({ t, program, sets });
}

async function refused_often(server, times) {
  const raw = await Raw.open(server);
  for (let i = 0; i < times; ++i) await raw.exchange(["1", `${i}`, `nowhere:${i}`, "msg", {}]);
  return raw;
}

it("serves while no process reads its log, and exits with 0", async (t) => {
  const server = await start(t, new FullPipe(t));
  const raw = await refused_often(server, 50);
  await raw.assert_alive();
  await server.stop();
  await raw.assert_closed(1012);
});

it("exits at once on a second signal while no process reads its log", async (t) => {
  const server = await start(t, new FullPipe(t), {
    "drain.spread_ms": 600_000,
    "drain.connections_per_second": 0,
    "drain.timeout_ms": 900_000,
  });
  await Promise.all([Raw.open(server), Raw.open(server), Raw.open(server)]);
  process.kill(server.pid, "SIGTERM");
  const is_draining = async () => (await fetch(`${server.admin_url}/ready`)).status === 503;
  await until(is_draining, "the drain");
  process.kill(server.pid, "SIGINT");
  assert.deepEqual(await server.exited, { code: 4, signal: null });
});

it("writes the queued lines in order as soon as a process reads", async (t) => {
  const pipe = new FullPipe(t);
  const server = await start(t, pipe);
  const raw = await refused_often(server, 5);
  let got = "";
  const lines = () => got.split("\n").filter((line) => line.startsWith("{") && line.endsWith("}"));
  const topics = () => lines().map((line) => JSON.parse(line).topic).filter(Boolean);
  await until(
    () => {
      got += pipe.read();
      return topics().length >= 5;
    },
    () => got.trim(),
  );
  assert.deepEqual(topics(), [0, 1, 2, 3, 4].map((i) => `nowhere:${i}`));
  await raw.assert_alive();
  raw.close();
});
