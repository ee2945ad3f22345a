// SPDX-License-Identifier: Apache-2.0
// A node exits on a signal, even with a stuck DNS resolver, loop or client.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import dgram from "node:dgram";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { faulty_server } from "./checker/run.mjs";
import { Raw } from "./raw.mjs";
import { binary, Server, temporary_folder, until } from "./server.mjs";

const name_server = "127.0.0.77";

/// A server whose name server never answers. It runs in a mount namespace with its own resolv.conf.
async function start_with_silent_dns(t, { starts = true } = {}) {
  const resolv = join(temporary_folder(t), "resolv.conf");
  writeFileSync(resolv, `nameserver ${name_server}\noptions timeout:30 attempts:5\n`);
  const queries = { count: 0 };
  const socket = dgram.createSocket("udp4");
  socket.on("message", () => (queries.count += 1));
  await new Promise((done, fail) => socket.once("error", fail).bind(53, name_server, done));
  t.after(() => socket.close());
  const program = ["unshare", "-m", "sh", "-c",
    'mount --bind "$0" /etc/resolv.conf && exec "$@"', resolv, binary];
  const config = { auth: { jwks_url: "http://issuer.example/jwks" } };
  const server = new Server(config, { "drain.spread_ms": 0 }, program);
  t.after(() => server.end());
  if (starts) await server.ready();
  await until(() => queries.count > 0, () => `a DNS query: ${server.output()}`);
  return server;
}

/// The reason to skip these tests, or false.
function reason_to_skip() {
  if (process.getuid() !== 0) return "needs root: a mount namespace and port 53";
  const tried = spawnSync("unshare", ["-m", "true"]);
  return tried.status === 0 ? false : "needs permission to create a mount namespace";
}

describe("with name servers that do not answer", () => {
  const skip = reason_to_skip();

  it("exits on SIGTERM", { skip }, async (t) => {
    const server = await start_with_silent_dns(t);
    await server.stop();
  });

  it("exits on SIGTERM while it waits for its first keys", { skip }, async (t) => {
    const server = await start_with_silent_dns(t, { starts: false });
    await server.stop();
    assert.doesNotMatch(server.out, /listening/);
  });

  it("applies another address on SIGHUP", { skip }, async (t) => {
    const server = await start_with_silent_dns(t);
    server.write_config({ auth: { jwks_url: "http://other.example/jwks" } });
    process.kill(server.pid, "SIGHUP");
    await until(() => server.log.includes('"reloaded"'), () => server.output(), 20_000);
    await server.stop();
  });
});

describe("with a loop that hangs", () => {
  let program;
  before(() => {
    const file = faulty_server();
    assert.ok(file, "no faulty_server: build it, and name it by ROOST_FAULTY_BIN");
    program = [file, "none"];
  });

  async function start_hanging(t, sets) {
    const server = await Server.start({ t, program, sets });
    const raw = await Raw.open(server);
    await raw.join("room:1");
    raw.send(["1", "2", "room:1", "hang", {}]);
    const answers = () =>
      fetch(`${server.url}/health`, { signal: AbortSignal.timeout(1_000) })
        .then(() => true, () => false);
    await until(async () => !(await answers()), "the only loop to hang");
    return server;
  }

  it("exits with code 4 after drain.timeout_ms", async (t) => {
    const sets = { "node.loops": 1, "drain.timeout_ms": 1_000 };
    const server = await start_hanging(t, sets);
    process.kill(server.pid, "SIGTERM");
    assert.equal((await server.exited).code, 4, server.output());
    assert.match(server.log, /drained_late/);
  });

  it("exits at once on a second signal", async (t) => {
    const sets = { "node.loops": 1, "drain.timeout_ms": 3_600_000 };
    const server = await start_hanging(t, sets);
    process.kill(server.pid, "SIGTERM");
    await until(() => server.log.includes('"draining"'), () => server.output());
    process.kill(server.pid, "SIGINT");
    assert.equal((await server.exited).code, 4, server.output());
    assert.match(server.log, /drain_cut_short/);
  });
});
