// SPDX-License-Identifier: Apache-2.0
// The official clients, old and new, behind one interface for sockets and replies.
import { createRequire } from "node:module";
import WebSocket from "ws";
import * as phoenix_1_8_16 from "phoenix";
import * as phoenix_1_8_9 from "phoenix-1-8-9";
import * as phoenix_1_7_23 from "phoenix-1-7";
import * as phoenix_1_6_16 from "phoenix-1-6";
import phoenix_1_5_14 from "phoenix-1-5";
import phoenix_1_4_18 from "phoenix-1-4";
import phoenix_1_3_4 from "phoenix-1-3";
import phoenix_1_2_1 from "phoenix-1-2";

// phoenix-socket runs only in browsers: it reads WebSocket from the window.
globalThis.window ??= globalThis;
const phoenix_socket_1_2_3 = createRequire(import.meta.url)("phoenix-socket");
delete globalThis.window;

const as_is = (payload) => payload;
const to_bytes = (payload) => new TextEncoder().encode(JSON.stringify(payload)).buffer;
const from_bytes = (data) =>
  data instanceof ArrayBuffer ? JSON.parse(new TextDecoder().decode(data)) : data;

const json = { is_binary: false, wrap: as_is, unwrap: as_is };
const bytes = { is_binary: true, wrap: to_bytes, unwrap: from_bytes };

/// A client and how it carries payloads. `is_old`: it waits for seconds before it reconnects.
export const clients = [
  { name: "phoenix 1.8.16 over V2 text", library: phoenix_1_8_16, ...json },
  { name: "phoenix 1.8.16 over V2 with binary payloads", library: phoenix_1_8_16, ...bytes },
  { name: "phoenix 1.8.9 over V2 text", library: phoenix_1_8_9, ...json },
  { name: "phoenix 1.8.9 over V2 with binary payloads", library: phoenix_1_8_9, ...bytes },
  { name: "phoenix 1.7.23 over V2 text", library: phoenix_1_7_23, ...json },
  { name: "phoenix 1.7.23 over V2 with binary payloads", library: phoenix_1_7_23, ...bytes },
  { name: "phoenix 1.6.16 over V2 text", library: phoenix_1_6_16, ...json },
  { name: "phoenix 1.5.14 over V2 text", library: phoenix_1_5_14, ...json },
  { name: "phoenix 1.4.18 over V2 text", library: phoenix_1_4_18, is_old: true, ...json },
  { name: "phoenix 1.3.4 over V2 text", library: phoenix_1_3_4, is_old: true, ...json },
  { name: "phoenix 1.2.1 over V1", library: phoenix_1_2_1, is_old: true, is_v1: true, ...json },
  {
    name: "phoenix-socket 1.2.3 over V1",
    library: phoenix_socket_1_2_3,
    is_old: true,
    is_v1: true,
    ...json,
  },
];

const open_sockets = new Set();

/// A WebSocket class for the option `transport`, and the list `lines` of its instances.
export function recording_transport() {
  const lines = [];
  class Line extends WebSocket {
    constructor(...args) {
      super(...args);
      lines.push(this);
    }
  }
  return { transport: Line, lines };
}

export function open_socket(client, server, options = {}) {
  const soon = client.is_old ? { reconnectAfterMs: () => 100 } : {};
  const socket = new client.library.Socket(server.ws_url, {
    transport: WebSocket,
    timeout: 10_000,
    ...soon,
    ...options,
  });
  open_sockets.add(socket);
  socket.connect();
  return socket;
}

/// Disconnects all sockets. Also clears the timers of old clients, which would keep Node alive.
export function close_sockets() {
  for (const socket of open_sockets) {
    socket.disconnect();
    clearTimeout(socket.heartbeatTimer);
    socket.reconnectTimer?.reset();
    socket.channels.forEach((channel) => channel.rejoinTimer?.reset());
  }
  open_sockets.clear();
}

/// The reply to a push or a join: {status, response}.
export function answer(push) {
  return new Promise((done) => {
    for (const status of ["ok", "error", "timeout"]) {
      push.receive(status, (response) => done({ status, response }));
    }
  });
}

/// Joins; `received` collects the payloads of "msg" in order.
export async function join(client, socket, topic) {
  const channel = socket.channel(topic, {});
  const received = [];
  channel.on("msg", (payload) => received.push(client.unwrap(payload)));
  const joined = await answer(channel.join());
  return { channel, received, joined };
}
