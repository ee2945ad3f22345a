// SPDX-License-Identifier: Apache-2.0
// Starts the real server on free ports, and stops it by its own pid.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
export const binary = resolve(here, process.env.ROOST_BIN ?? "../../build/release/roost");
// Variables of these tests: they name no setting, and the server would warn about them.
const test_names = ["BIN", "FAULTY_BIN", "KILLS", "NATS_SERVER", "PAGE", "PICTURES", "SANITIZE"];
const test_variables = [...test_names, "SEED"].map((name) => `ROOST_${name}`);
/// The environment for the server: that of the tests without their own variables.
export const server_environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !test_variables.includes(name)),
);
const start_ms_max = 40_000;
const stop_ms_max = 40_000;
// Rooms for most tests: without presence, members receive only events of other members.
const quiet_rooms = JSON.stringify([{ match: "*", presence: { mode: "off" } }]);
const running = new Set();
process.on("exit", () => running.forEach((server) => server.child.kill("SIGKILL")));

/// Sanitizers hold freed memory back, so bounds on RSS can be checked only without one.
export const measures_memory = !process.env.ROOST_SANITIZE;

export class Server {
  /// `config`: an object to write to a file; without it one quiet rule applies to all rooms.
  /// `sets`: {key: value} for --set; with {rooms: null} the server uses its built-in rules.
  /// `program`: another program and its first arguments.
  static async start({ config, sets = {}, t, program = [binary] } = {}) {
    const server = new Server(config, sets, program);
    if (t) t.after(() => server.end());
    await server.ready();
    return server;
  }

  constructor(config, sets, [file, ...first], last = []) {
    this.folder = mkdtempSync(join(tmpdir(), "roost-system-"));
    this.config_file = join(this.folder, "roost.json");
    this.given = { config, sets, program: [file, ...first] };
    // Only the tests of the drain wait for it.
    const defaults = { "listen.port": 0, "admin.port": 0, "drain.spread_ms": 0 };
    const all = { "listen.host": "127.0.0.1", ...defaults, ...sets };
    if (!config && all.rooms === undefined) all.rooms = quiet_rooms;
    if (all.rooms === null) delete all.rooms;
    const all_sets = Object.entries(all).flatMap(([k, v]) => ["--set", `${k}=${v}`]);
    const args = [...first, "serve", ...all_sets, ...last];
    if (config) {
      this.write_config(config);
      args.push("--config", this.config_file);
    }
    this.out = "";
    this.log = "";
    this.child = spawn(file, args, {
      env: server_environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(this);
    this.child.stdout.on("data", (data) => (this.out += data));
    // Only the end of the log is kept, because a hostile client can make it long.
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
    const started = /^roost: listening on (http:\S+:(\d+))$[^]*^roost: admin on (http:\S+:(\d+))$/m;
    const lines = new Promise((done) => {
      const check = () => started.test(this.out) && done("ready");
      this.child.stdout.on("data", check);
    });
    const first = await Promise.race([lines, this.exited, late(start_ms_max)]);
    assert.equal(first, "ready", `did not start: ${JSON.stringify(first)}\n${this.output()}`);
    const [, , port, , admin_port] = started.exec(this.out);
    this.port = Number(port);
    this.admin_port = Number(admin_port);
    this.url = `http://127.0.0.1:${this.port}`;
    this.ws_url = `ws://127.0.0.1:${this.port}/socket`;
    this.admin_url = `http://127.0.0.1:${this.admin_port}`;
  }

  /// Everything that the server printed, for messages of failed tests.
  output() {
    return `stdout:\n${this.out}\nstderr:\n${this.log}`;
  }

  /// The parsed lines of the log, as far as it is kept; `event` selects those with this name.
  log_lines(event) {
    return this.log
      .split("\n")
      .filter((line) => line.startsWith('{"time"') && line.endsWith("}"))
      .map((line) => JSON.parse(line))
      .filter((line) => event === undefined || line.event === event);
  }

  /// `config`: an object, or the text of the file.
  write_config(config) {
    const text = typeof config === "string" ? config : JSON.stringify(config);
    writeFileSync(this.config_file, text);
  }

  /// Reloads with another configuration and waits until the server counts a reload with `result`.
  async reload(config, result) {
    const reloads = await this.grows("roost_reloads_total", `result="${result}"`);
    this.write_config(config);
    process.kill(this.pid, "SIGHUP");
    const is_done = async () => (await reloads.by()) > 0;
    await until(is_done, () => `a reload that was ${result}: ${this.output()}`);
  }

  /// Shuts the server down, and fails unless it exits with 0.
  async stop(signal = "SIGTERM") {
    process.kill(this.pid, signal);
    const end = await Promise.race([this.exited, late(stop_ms_max)]);
    assert.deepEqual(end, { code: 0, signal: null }, `${signal}: ${this.output()}`);
    this.clean();
  }

  /// Starts the same server, which has stopped, on the same ports.
  async restart({ t } = {}) {
    const ports = { "listen.port": this.port, "admin.port": this.admin_port };
    const { config, sets, program } = this.given;
    return Server.start({ config, sets: { ...sets, ...ports }, t, program });
  }

  /// Kills the server if it still runs, and removes its files.
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

  /// CPU time that the process has used, in ms.
  cpu_ms() {
    const fields = readFileSync(`/proc/${this.pid}/stat`, "utf8").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10; // ticks of 10 ms
  }

  /// All samples of /metrics: {"name{labels}": number}, labels as the server writes them.
  async metrics() {
    const answer = await fetch(`${this.admin_url}/metrics`, {
      headers: { connection: "close" }, // some tests set a timeout that would end a kept connection
    });
    assert.equal(answer.status, 200);
    const rows = (await answer.text()).split("\n").filter((row) => row && !row.startsWith("#"));
    return Object.fromEntries(
      rows.map((row) => [row.slice(0, row.lastIndexOf(" ")), Number(row.split(" ").at(-1))]),
    );
  }

  /// The sum of a metric over its labels; `label`, such as code="1002", selects rows.
  async metric(name, label = "") {
    const samples = Object.entries(await this.metrics());
    const named = samples.filter(([key]) => key.split("{")[0] === name);
    assert.ok(named.length > 0 || label, `no metric ${name} in /metrics`);
    return named.filter(([key]) => key.includes(label)).reduce((sum, [, n]) => sum + n, 0);
  }

  /// An object whose by() returns how much metric() has grown since this call.
  async grows(name, label = "") {
    const from = await this.metric(name, label);
    return { by: async () => (await this.metric(name, label)) - from };
  }
}

/// Waits until `check` returns something true, and returns that. Fails with `description`, a text
/// or a function, after `timeout_ms`.
export async function until(check, description, timeout_ms = 30_000) {
  const end = Date.now() + timeout_ms;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > end) {
      const text = typeof description === "function" ? description() : description;
      assert.fail(`never came: ${text}`);
    }
    await sleep(20);
  }
}

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/// A new folder that is removed after the test `t`.
export function temporary_folder(t) {
  const folder = mkdtempSync(join(tmpdir(), "roost-test-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/// Runs the binary to its end: {code, out, err}.
export async function run_binary(args, env = {}) {
  const child = spawn(binary, args, { env: { ...server_environment, ...env } });
  const printed = { out: "", err: "" };
  child.stdout.on("data", (data) => (printed.out += data));
  child.stderr.on("data", (data) => (printed.err += data));
  const code = await new Promise((done) => child.on("close", done));
  return { code, ...printed };
}

function late(ms) {
  return new Promise((done) => setTimeout(() => done(`nothing in ${ms} ms`), ms).unref());
}
