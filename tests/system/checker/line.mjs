// SPDX-License-Identifier: Apache-2.0
// One WebSocket connection of a checked client, which can be cut at any byte.
import net from "node:net";
import WebSocket from "ws";
import { connect_options, decode, encode } from "../member.mjs";
import { frame } from "../tcp.mjs";

export class Line {
  /// Calls `received` with each decoded frame, and `ended` once with the close code.
  constructor(server, form, { received, ended }) {
    const { vsn, query } = connect_options(form);
    this.form = form;
    this.refs = 0;
    this.pending = new Map(); // by ref: the kind of an unanswered request
    this.socket = new WebSocket(`${server.ws_url}/websocket?vsn=${vsn}${query}`, [], {
      perMessageDeflate: false,
      createConnection: (to) => (this.tcp = net.connect(to.port, to.host)),
    });
    this.socket.on("message", (data, is_binary) => {
      if (!this.is_over) received(decode(is_binary ? data : data.toString()));
    });
    this.socket.on("error", () => {});
    this.opened = new Promise((done) => {
      this.socket.on("open", () => done((this.is_open = true)));
      this.socket.on("close", (code) => {
        done(false);
        this.over();
        ended(code);
      });
    });
  }

  /// Sends a request and returns its ref. answered(ref) returns `kind` when the reply arrives.
  send_request(event, { topic, payload, join_ref }, kind) {
    const ref = `${(this.refs += 1)}`;
    this.pending.set(ref, kind);
    const message = { join_ref: join_ref ?? ref, ref, topic, event, payload };
    this.socket.send(encode(this.form.codec, message));
    return ref;
  }

  answered(ref) {
    const kind = this.pending.get(ref);
    this.pending.delete(ref);
    return kind;
  }

  pause() {
    this.socket.pause();
  }

  resume() {
    this.socket.resume();
  }

  over() {
    this.is_over = true;
    this.is_open = false;
  }

  cut() {
    this.is_cut = true;
    this.over();
    this.socket.terminate();
  }

  /// Calls `cut` once, after `bytes` more bytes have arrived, mostly in the middle of a frame.
  after_bytes(bytes, cut) {
    this.tcp.on("data", (data) => {
      const had = bytes;
      bytes -= data.length;
      if (had > 0 && bytes <= 0) cut();
    });
  }

  /// Sends only the first part of a message, then closes the connection.
  cut_within({ topic, payload, join_ref }, share) {
    const message = { join_ref, ref: "half", topic, event: "msg", payload };
    const data = encode(this.form.codec, message);
    const whole = frame(Buffer.isBuffer(data) ? 2 : 1, data);
    this.is_cut = true;
    this.over();
    this.tcp.write(whole.subarray(0, Math.max(1, Math.floor((whole.length - 1) * share))));
    this.tcp.end(() => this.socket.terminate());
  }
}
