// SPDX-License-Identifier: Apache-2.0
// Greets as a nats-server of any version does, and then answers nothing but PING.
import { once } from "node:events";
import net from "node:net";

export class FakeNats {
  static async start(t, version) {
    const about = { server_id: "fake", server_name: "fake", version, proto: 1, headers: true };
    const greeting = `INFO ${JSON.stringify({ ...about, max_payload: 1_048_576 })}\r\n`;
    const sockets = new Set();
    const server = net.createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("data", (data) => data.includes("PING\r\n") && socket.write("PONG\r\n"));
      socket.write(greeting);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => (server.close(), sockets.forEach((socket) => socket.destroy())));
    return { url: `nats://127.0.0.1:${server.address().port}` };
  }
}
