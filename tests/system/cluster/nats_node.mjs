// SPDX-License-Identifier: Apache-2.0
// A node that keeps its rooms in NATS: its settings, kill -9, a pause, and a new start on the same
// ports.
import { durable_config, StoreServer } from "../durable/store_server.mjs";
import { binary } from "../server.mjs";

const default_shards = 4;

/// With the methods of a StoreServer, so that a DurableRun takes it. `nats`: a NatsServer.
/// `cluster` and `limits`: further settings of it.
export class NatsNode extends StoreServer {
  static async start(t, nats, options) {
    const node = new NatsNode(t, nats, options);
    await node.start();
    return node;
  }

  constructor(t, nats, { name = "a", cluster = {}, limits = {}, ...options }) {
    super(t, { path: "", program: [binary], ...options });
    Object.assign(this, { nats, name, cluster, limits });
    this.is_running = false; // and not paused
  }

  get shards() {
    return this.cluster.shards ?? default_shards;
  }

  config() {
    const config = durable_config("", this.options);
    delete config.store;
    // Two of the four gigabytes of a NatsServer.
    const log = { log_age_ms: 2_000, truncate_delay_ms: 0, log_bytes_max: 256_000_000 };
    const { shards } = this;
    const cluster = { nats: [this.nats.url], name: "test", shards, ...log, ...this.cluster };
    const limits = { ...config.limits, ...this.limits };
    return { ...config, limits, node: { name: this.name }, cluster };
  }

  spawn() {
    const server = super.spawn();
    this.taken = []; // {at_ms, shard, ownership}: the shards that this process took
    let rest = "";
    server.child.stderr.on("data", (data) => {
      const lines = (rest + data).split("\n");
      rest = lines.pop();
      for (const line of lines.filter((each) => each.includes('"shard_taken"'))) {
        const { shard, ownership } = JSON.parse(line);
        this.taken.push({ at_ms: Date.now(), shard, ownership });
      }
    });
    return server;
  }

  async start() {
    await super.start();
    this.is_running = true;
  }

  async kill() {
    this.is_running = false;
    await super.kill();
  }

  /// Stops and continues the process: its connections stay.
  pause() {
    this.is_running = false;
    this.was_paused = true;
    this.server.child.kill("SIGSTOP");
  }

  proceed() {
    this.server.child.kill("SIGCONT");
    this.is_running = true;
  }
}
