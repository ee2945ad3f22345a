// SPDX-License-Identifier: Apache-2.0
// A fake transport for the real Socket, with the server's side under the control of the test.

/// Owns: the WebSockets that a socket created, in order.
export class FakeServer {
  constructor() {
    const lines = (this.lines = []);
    this.transport = class FakeWebSocket {
      constructor(url) {
        Object.assign(this, { url, readyState: 0, bufferedAmount: 0, sent: [] });
        lines.push(this);
      }
      send(frame) {
        this.sent.push(typeof frame === "string" ? JSON.parse(frame) : frame);
      }
      close(code = 1005) {
        this.end(code);
      }
      end(code) {
        if (this.readyState === 3) return;
        this.readyState = 3;
        this.onclose?.({ code });
      }
    };
  }

  get line() {
    return this.lines.at(-1);
  }
  open() {
    this.line.readyState = 1;
    this.line.onopen();
  }
  cut(code = 1006) {
    this.line.end(code);
  }
  send(frame) {
    this.line.onmessage({ data: frame instanceof ArrayBuffer ? frame : JSON.stringify(frame) });
  }
  event(topic, name, payload, epoch, offset) {
    this.send([null, null, topic, name, payload, { epoch, offset }]);
  }
  requests(event) {
    return this.line.sent.filter((frame) => frame[3] === event);
  }
  /// Replies to the last frame with this event.
  reply(event, response, status = "ok") {
    const [join_ref, ref, topic] = this.requests(event).at(-1);
    this.send([join_ref, ref, topic, "phx_reply", { status, response }]);
  }
}

/// The bytes of a binary frame: the kind, the lengths of the fields, the fields, the payload.
export function binary(kind, fields, rest = []) {
  const encoded = fields.map((field) => new TextEncoder().encode(field));
  const head = [kind, ...encoded.map((bytes) => bytes.length)];
  return Uint8Array.from([...head, ...encoded.flatMap((bytes) => [...bytes]), ...rest]).buffer;
}
