// SPDX-License-Identifier: Apache-2.0
// Several nodes on one nats-server.
import { NatsNode } from "./nats_node.mjs";
import { NatsServer } from "./nats_server.mjs";

export class NatsCluster {
  /// Starts `count` nodes with the names a, b, c, …; `options` as for a NatsNode.
  static async start(t, { count = 3, sync, ...options }) {
    const nats = await NatsServer.start(t, { sync });
    const names = Array.from({ length: count }, (_, n) => String.fromCharCode(97 + n));
    const start = (name) => NatsNode.start(t, nats, { name, ...options });
    const nodes = await Promise.all(names.map(start));
    return new NatsCluster(nats, nodes);
  }

  constructor(nats, nodes) {
    Object.assign(this, { nats, nodes });
  }

  get servers() {
    return this.nodes.map(({ server }) => server);
  }

  /// Stops all nodes in order.
  async stop() {
    for (const { server } of this.nodes) await server.stop();
  }
}
