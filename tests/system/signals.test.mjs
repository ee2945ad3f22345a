// A node ends when it is told to, whatever a resolver, a loop or a client does meanwhile.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import dgram from "node:dgram";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { faulty_server } from "./checker/run.mjs";
import { Raw } from "./raw.mjs";
import { binary, Server, until } from "./server.mjs";

const name_server = "127.0.0.77";

/// A server whose name server takes questions and answers none: in a mount namespace of its own,
/// with another resolv.conf.
async function start_with_silent_dns(t, { starts = true } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "roost-dns-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const resolv = join(folder, "resolv.conf");
  writeFileSync(resolv, `nameserver ${name_server}\noptions timeout:30 attempts:5\n`);
  const questions = { count: 0 };
  const socket = dgram.createSocket("udp4");
  socket.on("message", () => (questions.count += 1));
  await new Promise((done, fail) => socket.once("error", fail).bind(53, name_server, done));
  t.after(() => socket.close());
  const program = ["unshare", "-m", "sh", "-c",
    'mount --bind "$0" /etc/resolv.conf && exec "$@"', resolv, binary];
  const config = { auth: { jwks_url: "http://issuer.example/jwks" } };
  const server = new Server(config, { "drain.spread_ms": 0 }, program);
  t.after(() => server.end());
  if (starts) await server.ready();
  await until(() => questions.count > 0, () => `a question: ${server.output()}`);
  return server;
}

/// What these tests need: nothing, or the reason why they cannot run.
function why_not() {
  if (process.getuid() !== 0) return "needs root: a mount namespace and port 53";
  const tried = spawnSync("unshare", ["-m", "true"]);
  return tried.status === 0 ? false : "needs the right to make a mount namespace";
}

describe("with name servers that do not answer", () => {
  const skip = why_not();

  it("ends at SIGTERM", { skip }, async (t) => {
    const server = await start_with_silent_dns(t);
    await server.stop();
  });

  it("ends at SIGTERM while it waits for its first keys", { skip }, async (t) => {
    const server = await start_with_silent_dns(t, { starts: false });
    await server.stop();
    assert.doesNotMatch(server.out, /listening/);
  });

  it("takes another address at SIGHUP", { skip }, async (t) => {
    const server = await start_with_silent_dns(t);
    writeFileSync(join(server.folder, "roost.json"),
      JSON.stringify({ auth: { jwks_url: "http://other.example/jwks" } }));
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

  it("gives up after drain.timeout_ms, with exit code 4", async (t) => {
    const sets = { "node.loops": 1, "drain.timeout_ms": 1_000 };
    const server = await start_hanging(t, sets);
    process.kill(server.pid, "SIGTERM");
    assert.equal((await server.exited).code, 4, server.output());
    assert.match(server.log, /drained_late/);
  });

  it("ends at once at a second signal", async (t) => {
    const sets = { "node.loops": 1, "drain.timeout_ms": 3_600_000 };
    const server = await start_hanging(t, sets);
    process.kill(server.pid, "SIGTERM");
    await until(() => server.log.includes('"draining"'), () => server.output());
    process.kill(server.pid, "SIGINT");
    assert.equal((await server.exited).code, 4, server.output());
    assert.match(server.log, /drain_cut_short/);
  });
});
