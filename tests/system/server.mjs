// Starts the real server on free ports, and ends it by its own pid.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
export const binary = resolve(here, process.env.ROOST_BIN ?? "../../build/release/roost");
const start_ms_max = 40_000;
const stop_ms_max = 40_000;
// What most tests talk about: rooms that say nothing but what their members say.
const quiet_rooms = JSON.stringify([{ match: "*", presence: { mode: "off" } }]);
const running = new Set();
process.on("exit", () => running.forEach((server) => server.child.kill("SIGKILL")));

/// A sanitizer keeps freed memory back, so bounds on RSS hold only without one.
export const measures_memory = !process.env.ROOST_SANITIZE;

export class Server {
  /// `config`: an object, written to a file; absent: no config, and one quiet rule for all rooms.
  /// `sets`: {key: value} of --set; {rooms: null} leaves the server its own rules.
  /// `program`: another server and its first arguments.
  static async start({ config, sets = {}, t, program = [binary] } = {}) {
    const server = new Server(config, sets, program);
    if (t) t.after(() => server.end());
    await server.ready();
    return server;
  }

  constructor(config, sets, [file, ...first], last = []) {
    this.folder = mkdtempSync(join(tmpdir(), "roost-system-"));
    this.given = { config, sets, program: [file, ...first] };
    // Tests that are not about the drain should not wait for it.
    const usual = { "listen.port": 0, "admin.port": 0, "drain.spread_ms": 0 };
    const all = { "listen.host": "127.0.0.1", ...usual, ...sets };
    if (!config && all.rooms === undefined) all.rooms = quiet_rooms;
    if (all.rooms === null) delete all.rooms;
    const all_sets = Object.entries(all).flatMap(([k, v]) => ["--set", `${k}=${v}`]);
    const args = [...first, "serve", ...all_sets];
    args.push(...last);
    if (config) {
      const written = join(this.folder, "roost.json");
      writeFileSync(written, JSON.stringify(config));
      args.push("--config", written);
    }
    this.out = "";
    this.log = "";
    this.child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
    running.add(this);
    this.child.stdout.on("data", (data) => (this.out += data));
    // Only the end of the log is kept: a hostile client can make it long.
    this.child.stderr.on("data", (data) => (this.log = (this.log + data).slice(-20_000)));
    this.exited = new Promise((done) => {
      this.child.on("error", (failure) => done({ code: null, failure }));
      this.child.on("close", (code, signal) => done({ code, signal }));
    });
    this.exited.then(() => running.delete(this));
  }

  get pid() {
    return this.child.pid;
  }

  async ready() {
    const wanted = /^roost: listening on (http:\S+:(\d+))$[^]*^roost: admin on (http:\S+:(\d+))$/m;
    const lines = new Promise((done) => {
      const look = () => wanted.test(this.out) && done("ready");
      this.child.stdout.on("data", look);
    });
    const first = await Promise.race([lines, this.exited, late(start_ms_max)]);
    assert.equal(first, "ready", `did not start: ${JSON.stringify(first)}\n${this.told()}`);
    const [, , port, , admin_port] = wanted.exec(this.out);
    this.port = Number(port);
    this.admin_port = Number(admin_port);
    this.url = `http://127.0.0.1:${this.port}`;
    this.ws_url = `ws://127.0.0.1:${this.port}/socket`;
    this.admin_url = `http://127.0.0.1:${this.admin_port}`;
  }

  told() {
    return `stdout:\n${this.out}\nstderr:\n${this.log}`;
  }

  /// Asks the server to end, and holds it to exit code 0.
  async stop(signal = "SIGTERM") {
    process.kill(this.pid, signal);
    const end = await Promise.race([this.exited, late(stop_ms_max)]);
    assert.deepEqual(end, { code: 0, signal: null }, `${signal}: ${this.told()}`);
    this.clean();
  }

  /// The same server again on the same ports.
  async again({ t } = {}) {
    const ports = { "listen.port": this.port, "admin.port": this.admin_port };
    const { config, sets, program } = this.given;
    return Server.start({ config, sets: { ...sets, ...ports }, t, program });
  }

  /// After a test: whatever is left ends.
  async end() {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill("SIGKILL");
      await this.exited;
    }
    this.clean();
  }

  clean() {
    rmSync(this.folder, { recursive: true, force: true });
  }

  rss_bytes() {
    const status = readFileSync(`/proc/${this.pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)[1]) * 1024;
  }

  /// Every sample of /metrics: {"name{labels}": number}, labels as the server writes them.
  async metrics() {
    const answer = await fetch(`${this.admin_url}/metrics`, {
      headers: { connection: "close" }, // a test may set a deadline that a kept connection meets
    });
    assert.equal(answer.status, 200);
    const rows = (await answer.text()).split("\n").filter((row) => row && !row.startsWith("#"));
    return Object.fromEntries(
      rows.map((row) => [row.slice(0, row.lastIndexOf(" ")), Number(row.split(" ").at(-1))]),
    );
  }

  /// The sum of a metric over its labels; `label`, as code="1002", takes only those rows.
  async metric(name, label = "") {
    const samples = Object.entries(await this.metrics());
    const named = samples.filter(([key]) => key.split("{")[0] === name);
    assert.ok(named.length > 0 || label, `no metric ${name} in /metrics`);
    return named.filter(([key]) => key.includes(label)).reduce((sum, [, n]) => sum + n, 0);
  }

  /// By how much that sum has grown since now, each time that by() is asked.
  async grows(name, label = "") {
    const from = await this.metric(name, label);
    return { by: async () => (await this.metric(name, label)) - from };
  }
}

/// Waits until `check` gives something true; fails with `what` after `ms`.
export async function until(check, what, ms = 30_000) {
  const end = Date.now() + ms;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > end) assert.fail(`never came: ${typeof what === "function" ? what() : what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

function late(ms) {
  return new Promise((done) => setTimeout(() => done(`nothing in ${ms} ms`), ms).unref());
}
