// SPDX-License-Identifier: Apache-2.0
// A run of checked clients on several nodes, whose rooms move between nodes meanwhile.
import { FreshClient } from "../durable/durable_client.mjs";
import { DurableRun } from "../durable/durable_run.mjs";
import { ClusterClient } from "./cluster_client.mjs";

export class ClusterRun extends DurableRun {
  /// `cluster`: a NatsCluster. Its rooms follow run_rules.
  constructor(cluster, seed) {
    super(cluster, seed, { moves: true });
  }

  place_of(id) {
    const { nodes } = this.store_server;
    return { nodes, node: nodes[id % nodes.length], Kind: ClusterClient };
  }

  fresh_places() {
    return this.store_server.running.map(({ server }) => ({ server, Kind: FreshClient }));
  }

  /// Runs `act` at once when the next push has been acknowledged.
  at_next_acknowledgement(act) {
    return new Promise((done) => this.state.at_next_acknowledgement(() => done(act())));
  }
}
