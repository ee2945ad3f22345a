// SPDX-License-Identifier: Apache-2.0
// Several nodes on one nats-server.
import { until } from "../server.mjs";
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

  get running() {
    return this.nodes.filter(({ is_running }) => is_running);
  }

  /// The node and the ownership of each shard, by the greatest ownership that was logged.
  owners() {
    const found = new Map();
    for (const node of this.nodes) {
      for (const { shard, ownership } of node.taken) {
        if (ownership > (found.get(shard)?.ownership ?? 0)) found.set(shard, { node, ownership });
      }
    }
    return found;
  }

  /// The owners as texts, to compare them.
  ownerships() {
    const text_of = ([shard, { node, ownership }]) => `${shard}: ${node.name}, ${ownership}`;
    return [...this.owners()].map(text_of).sort();
  }

  /// How many shards each running node has, if all shards have a running owner and are spread
  /// evenly; otherwise null.
  spread() {
    const owners = this.owners();
    const shards_of = new Map(this.running.map((node) => [node, 0]));
    for (const { node } of owners.values()) {
      if (!shards_of.has(node)) return null;
      shards_of.set(node, shards_of.get(node) + 1);
    }
    const counts = [...shards_of.values()];
    const is_even = Math.max(...counts) - Math.min(...counts) <= 1;
    return owners.size === this.nodes[0].shards && is_even ? shards_of : null;
  }

  /// The spread, when it is even.
  settled() {
    const text = () => `an even spread: ${this.servers.map((server) => server.output())}`;
    return until(() => this.spread(), text);
  }

  /// Stops all nodes in order.
  async stop() {
    for (const { server } of this.nodes) await server.stop();
  }
}
