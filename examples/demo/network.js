// A network that can be cut: what the page's socket uses in place of WebSocket.
import { by_id } from "./page.js";

const cut_seconds = 10;

/// A connection attempt while the network is cut: it fails, as one without a network does.
class DeadLine {
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

/// Owns: the button and its line, and whether there is a network. Ends: with the page.
export class Network {
  constructor() {
    this.is_cut = false;
    this.line = null; // the newest WebSocket
    this.tell = () => {};
    const network = this;
    /// For the Socket's option `transport`.
    this.transport = class Line {
      constructor(...given) {
        if (network.is_cut) return new DeadLine();
        network.line = new WebSocket(...given);
        return network.line;
      }
    };
  }

  watch(socket) {
    this.socket = socket;
    by_id("cut").addEventListener("click", () => (this.is_cut ? this.restore() : this.cut()));
  }

  when_changed(tell) {
    this.tell = tell;
  }

  // A page cannot drop its TCP connection; from here on it neither hears nor says anything over it,
  // and the server is told no more than that it went away.
  cut() {
    this.is_cut = true;
    this.line?.close(4000, "cut");
    this.left = cut_seconds;
    this.clock = setInterval(() => this.#count(), 1_000);
    this.#show();
    this.tell(true);
  }

  restore() {
    clearInterval(this.clock);
    this.is_cut = false;
    this.#show();
    this.tell(false);
    // Now, and not when the next attempt is due.
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
    by_id("network-line").textContent = this.is_cut ? "Cut: nothing comes or goes." : "Restored.";
  }
}
