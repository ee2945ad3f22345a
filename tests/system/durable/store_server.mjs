// SPDX-License-Identifier: Apache-2.0
// A durable server: its settings, kill -9, and a new start on the same ports and store.
import { join } from "node:path";
import { binary, Server, temporary_folder } from "../server.mjs";

/// Settings of a node with a store and these rules for rooms.
export const durable_config = (path, { rooms, sync = "interval", log_age_ms = 2_000 }) => ({
  store: { path, sync },
  cluster: { log_age_ms },
  limits: { payload_bytes_max: 190_000 },
  rates: { connection: { messages: { per_second: 0 }, joins: { per_second: 0 } } },
  rooms: rooms.map((rule) => ({ presence: { mode: "off" }, ...rule })),
});

/// The most that the history of a durable room may hold, beside what else a snapshot holds.
const history_bytes_max = 5_900_000;

/// A rule whose rooms keep every event, so that a test can read all of them at its end.
export const keeps_all = (match, rule = {}) => ({
  match,
  durability: "event",
  history: { events_max: 1_000_000, bytes_max: history_bytes_max, age_ms_max: 3_600_000 },
  ...rule,
});

export class StoreServer {
  /// Starts a node whose store is in a new folder. `options` as in durable_config().
  static async start(t, options) {
    const one = new StoreServer(t, options);
    await one.start();
    return one;
  }

  constructor(t, { program = [binary], path = join(temporary_folder(t), "store"), ...options }) {
    Object.assign(this, { t, program, path, options });
    this.ports = { "listen.port": 0, "admin.port": 0 };
  }

  config() {
    return durable_config(this.path, this.options);
  }

  /// A new process on the same ports, perhaps not ready yet.
  spawn() {
    // The drain waits for no spread of time.
    const sets = { "drain.spread_ms": 0, ...this.ports };
    this.server = new Server(this.config(), sets, this.program);
    const { server } = this;
    this.t.after(() => server.end());
    return server;
  }

  async start() {
    const server = this.spawn();
    await server.ready();
    this.ports = { "listen.port": server.port, "admin.port": server.admin_port };
  }

  /// How often a log of this process was cut below its snapshots.
  truncations() {
    return this.server.metric("roost_store_truncations_total");
  }

  async kill() {
    this.server.child.kill("SIGKILL");
    await this.server.exited;
  }

  async kill_and_start() {
    await this.kill();
    await this.start();
  }

  async stop_and_start() {
    await this.server.stop();
    await this.start();
  }

  /// Starts a process that must end by itself. Returns its exit code and what it printed.
  async fails_to_start() {
    const server = this.spawn();
    const started = server.ready().then(() => ({ code: "it started" }), () => server.exited);
    const { code } = await Promise.race([server.exited, started]);
    return { code, text: server.output() };
  }
}
