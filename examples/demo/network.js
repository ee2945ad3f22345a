// SPDX-License-Identifier: Apache-2.0
// A network that can be cut: a replacement for WebSocket as the socket's transport.
import { by_id } from "./page.js";

const cut_seconds = 10;

/// A connection attempt while the network is cut: it fails as without a network.
class FailedConnection {
  constructor() {
    this.readyState = WebSocket.CONNECTING;
    this.bufferedAmount = 0;
    setTimeout(() => this.#fail(), 30);
  }

  send() {}

  close() {
    this.readyState = WebSocket.CLOSED;
  }

  #fail() {
    if (this.readyState === WebSocket.CLOSED) return;
    this.readyState = WebSocket.CLOSED;
    this.onerror?.(new Event("error"));
    this.onclose?.(new CloseEvent("close", { code: 1006 }));
  }
}

/// Owns: the button, its status line, and the state of the network. Ends: with the page.
export class Network {
  constructor() {
    this.is_cut = false;
    this.connection = null; // the newest WebSocket
    this.change_callback = () => {};
    const network = this;
    /// For the Socket's option `transport`.
    this.transport = class Connection {
      constructor(...args) {
        if (network.is_cut) return new FailedConnection();
        network.connection = new WebSocket(...args);
        return network.connection;
      }
    };
  }

  watch(socket) {
    this.socket = socket;
    by_id("cut").addEventListener("click", () => (this.is_cut ? this.restore() : this.cut()));
  }

  on_change(callback) {
    this.change_callback = callback;
  }

  // A page cannot drop its TCP connection, so it closes the WebSocket and ignores further frames.
  // The server sees only a close.
  cut() {
    this.is_cut = true;
    this.connection?.close(4000, "cut");
    this.left = cut_seconds;
    this.clock = setInterval(() => this.#count(), 1_000);
    this.#show();
    this.change_callback(true);
  }

  restore() {
    clearInterval(this.clock);
    this.is_cut = false;
    this.#show();
    this.change_callback(false);
    // Reconnect now, without the rest of the wait.
    this.socket.disconnect(() => this.socket.connect());
  }

  #count() {
    this.left -= 1;
    if (this.left <= 0) this.restore();
    else this.#show();
  }

  #show() {
    by_id("cut").textContent = this.is_cut ? `Restore it (${this.left} s)` : "Cut the network";
    by_id("cut").classList.toggle("is-cut", this.is_cut);
    const cut_text = "Cut: no message is sent or received.";
    by_id("network-line").textContent = this.is_cut ? cut_text : "Restored.";
  }
}
