// SPDX-License-Identifier: Apache-2.0
// A nats-server of the test's own on a free port, which it keeps when it starts again. The program
// is build/nats/nats-server, or ROOST_NATS_SERVER in the environment.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { temporary_folder, until } from "../server.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const program = resolve(here, process.env.ROOST_NATS_SERVER ?? "../../../build/nats/nats-server");
const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));

export class NatsServer {
  /// `sync`: "always", or the default of the server. `settings`: further lines of its
  /// configuration. `jetstream`: of its store; null: without JetStream.
  static async start(t, options = {}) {
    const server = new NatsServer(t, options);
    await server.start();
    return server;
  }

  constructor(t, { sync, settings = "", jetstream = "max_file: 4GB" }) {
    const missing = `${program} is missing. Run: deploy/fetch-nats-server build/nats`;
    assert.ok(existsSync(program), missing);
    this.folder = temporary_folder(t);
    this.store = join(this.folder, "store");
    this.port = -1;
    const sync_line = sync ? `, sync_interval: ${sync}` : "";
    const lines = [
      "host: 127.0.0.1",
      `ports_file_dir: ${this.folder}`,
      settings,
    ];
    if (jetstream) lines.push(`jetstream { store_dir: ${this.store}, ${jetstream}${sync_line} }`);
    this.config_file = join(this.folder, "nats.conf");
    writeFileSync(this.config_file, lines.join("\n"));
    t.after(() => this.kill());
  }

  get url() {
    return `nats://127.0.0.1:${this.port}`;
  }

  /// A new process on the same port, perhaps not listening yet.
  spawn() {
    const log = openSync(join(this.folder, "log"), "a");
    const args = ["-c", this.config_file, "-p", `${this.port}`];
    this.child = spawn(program, args, { stdio: ["ignore", log, log] });
    const { child } = this;
    running.add(child);
    this.exited = new Promise((done) => child.on("close", done));
    this.exited.then(() => running.delete(child));
    closeSync(log);
  }

  async start() {
    this.spawn();
    // It writes this file when it listens.
    const file = join(this.folder, `nats-server_${this.child.pid}.ports`);
    const written = () => (existsSync(file) ? readFileSync(file, "utf8") : "");
    const listens = () => /127\.0\.0\.1:(\d+)"/.exec(written());
    const [, port] = await until(listens, () => `a nats-server that listens: ${this.log()}`);
    this.port = Number(port);
    rmSync(file);
  }

  log() {
    return readFileSync(join(this.folder, "log"), "utf8").slice(-5_000);
  }

  async kill() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill("SIGKILL");
    await this.exited;
  }

  /// Stops and continues the process: its connections stay, and nothing is answered.
  pause() {
    this.child.kill("SIGSTOP");
  }

  proceed() {
    this.child.kill("SIGCONT");
  }
}
