// SPDX-License-Identifier: Apache-2.0
// A checked client of a cluster: when its node has ended, and sometimes when only its connection
// has, it resumes on another node.
import { DurableClient } from "../durable/durable_client.mjs";
import { sleep } from "../server.mjs";
import { PushRecords } from "./push_records.mjs";

const moves_share = 0.3;
const retry_ms = 20;

export class ClusterClient extends DurableClient {
  /// `nodes`: where it may connect; `node`: where it begins.
  constructor({ nodes, node, ...about }) {
    super({ server: node.server, ...about });
    Object.assign(this, { nodes, node });
    this.records = new PushRecords();
  }

  async connect() {
    let running = [];
    for (;;) {
      running = this.nodes.filter(({ is_running }) => is_running);
      if (running.length > 0) break;
      await sleep(retry_ms);
      if (this.is_over) return;
    }
    const stays = running.includes(this.node) && !this.random.chance(moves_share);
    if (!stays) this.node = this.random.pick(running);
    this.server = this.node.server;
    await super.connect();
  }

  send(push, is_repeat) {
    super.send(push, is_repeat);
    const { number, channel } = push;
    const about = { room: channel.room, number, node: this.node.name, is_repeat };
    this.records.sent(this.connections, `${this.line.refs}`, about);
  }

  received(message) {
    const { event, ref, payload } = message;
    if (event === "phx_reply") this.records.answered(this.connections, ref, payload);
    super.received(message);
  }

  /// A node that never stood still ends no channel and no connection.
  crashed(channel) {
    if (!this.node.was_paused) this.state.count("ends_of_channels");
    super.crashed(channel);
  }

  lost(line, code) {
    const is_mine = line.is_cut || this.is_over || this.line !== line;
    if (!is_mine && this.node.is_running && !this.node.was_paused) {
      this.state.count("ends_of_connections");
    }
    super.lost(line, code);
  }
}
