// SPDX-License-Identifier: Apache-2.0
// One connection of a checked client, and the ways in which it can be cut.
import net from "node:net";
import WebSocket from "ws";
import { connect_options, decode, encode } from "../member.mjs";
import { frame } from "../tcp.mjs";

export class Line {
  /// `took`: what each frame is given to; `ended`: told once, with the close code.
  constructor(server, form, { took, ended }) {
    const { vsn, query } = connect_options(form);
    this.form = form;
    this.refs = 0;
    this.asked = new Map(); // ref to what waits for its reply
    this.socket = new WebSocket(`${server.ws_url}/websocket?vsn=${vsn}${query}`, [], {
      perMessageDeflate: false,
      createConnection: (to) => (this.tcp = net.connect(to.port, to.host)),
    });
    this.socket.on("message", (data, is_binary) => {
      if (!this.is_over) took(decode(is_binary ? data : data.toString()));
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

  /// Sends; `about` comes back with the reply.
  ask(event, { topic, payload, join_ref }, about) {
    const ref = `${(this.refs += 1)}`;
    this.asked.set(ref, about);
    const message = { join_ref: join_ref ?? ref, ref, topic, event, payload };
    this.socket.send(encode(this.form.codec, message));
    return ref;
  }

  answered(ref) {
    const about = this.asked.get(ref);
    this.asked.delete(ref);
    return about;
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
    this.over();
    this.socket.terminate();
  }

  /// Calls `cut` once so many bytes more have come: in the middle of a frame, mostly.
  after_bytes(bytes, cut) {
    this.tcp.on("data", (data) => {
      const had = bytes;
      bytes -= data.length;
      if (had > 0 && bytes <= 0) cut();
    });
  }

  /// Sends a part of a message only, and is gone.
  cut_within({ topic, payload, join_ref }, share) {
    const message = { join_ref, ref: "half", topic, event: "msg", payload };
    const data = encode(this.form.codec, message);
    const whole = frame(Buffer.isBuffer(data) ? 2 : 1, data);
    this.over();
    this.tcp.write(whole.subarray(0, Math.max(1, Math.floor((whole.length - 1) * share))));
    this.tcp.end(() => this.socket.terminate());
  }
}
