// SPDX-License-Identifier: Apache-2.0
// A node that keeps its rooms in NATS: its settings, kill -9, and a new start on the same ports.
import { durable_config, StoreServer } from "../durable/store_server.mjs";
import { binary } from "../server.mjs";

const shards = 4;

/// With the methods of a StoreServer, so that a DurableRun takes it. `nats`: a NatsServer.
/// `cluster`: further settings of it.
export class NatsNode extends StoreServer {
  static async start(t, nats, options) {
    const node = new NatsNode(t, nats, options);
    await node.start();
    return node;
  }

  constructor(t, nats, { name = "a", cluster = {}, ...options }) {
    super(t, { path: "", program: [binary], ...options });
    Object.assign(this, { nats, name, cluster });
  }

  config() {
    const config = durable_config("", this.options);
    delete config.store;
    // Two of the four gigabytes of a NatsServer.
    const log = { log_age_ms: 2_000, truncate_delay_ms: 0, log_bytes_max: 256_000_000 };
    const cluster = { nats: [this.nats.url], name: "test", shards, ...log, ...this.cluster };
    return { ...config, node: { name: this.name }, cluster };
  }
}
