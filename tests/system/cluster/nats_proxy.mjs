// SPDX-License-Identifier: Apache-2.0
// Stands between a node and its nats-server, notes what the node publishes, and can be away.
import { once } from "node:events";
import net from "node:net";

export class NatsProxy {
  static async start(t, nats) {
    const proxy = new NatsProxy(nats);
    t.after(() => proxy.end());
    await proxy.listen(0);
    return proxy;
  }

  constructor(nats) {
    this.nats = nats;
    this.published = []; // {connection, subject, at_ms}, in the order of each connection
    this.connections = 0;
    this.sockets = new Set();
  }

  get url() {
    return `nats://127.0.0.1:${this.port}`;
  }

  async listen(port) {
    this.server = net.createServer((socket) => this.accept(socket));
    this.server.listen(port, "127.0.0.1");
    await once(this.server, "listening");
    this.port = this.server.address().port;
  }

  /// Ends all connections and takes no new ones.
  go_away() {
    this.server.close();
    this.sockets.forEach((socket) => socket.destroy());
  }

  async come_back() {
    await this.listen(this.port);
  }

  end() {
    this.go_away();
  }

  accept(from) {
    const connection = (this.connections += 1);
    const to = net.connect(this.nats.port, "127.0.0.1");
    for (const [one, other] of [[from, to], [to, from]]) {
      this.sockets.add(one);
      one.on("error", () => {});
      one.on("close", () => (this.sockets.delete(one), other.destroy()));
      one.pipe(other);
    }
    let rest = Buffer.alloc(0);
    from.on("data", (data) => (rest = this.note(connection, Buffer.concat([rest, data]))));
  }

  /// Notes the subjects of what is published, and returns the bytes of an incomplete message.
  note(connection, bytes) {
    for (;;) {
      const end = bytes.indexOf("\r\n");
      if (end < 0) return bytes;
      const words = bytes.subarray(0, end).toString().split(" ");
      const is_message = words[0] === "PUB" || words[0] === "HPUB";
      const all = end + 2 + (is_message ? Number(words.at(-1)) + 2 : 0);
      if (bytes.length < all) return bytes;
      if (is_message) this.published.push({ connection, subject: words[1], at_ms: Date.now() });
      bytes = bytes.subarray(all);
    }
  }
}
