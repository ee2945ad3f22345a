// SPDX-License-Identifier: Apache-2.0
// A WebSocket client on plain TCP, for bytes and frames that a conforming client cannot send.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import net from "node:net";

const wait_ms_max = 30_000;

/// One frame from a client. `length_as` forces a length field of 7, 16 or 64 bits; `claim` writes
/// this length instead of the payload's.
export function frame(opcode, payload = "", options = {}) {
  const { fin = true, rsv = 0, masked = true, length_as, claim } = options;
  const body = Buffer.from(payload);
  const length = BigInt(claim ?? body.length);
  const bits = length_as ?? (length < 126n ? 7 : length < 65_536n ? 16 : 64);
  const mask_bit = masked ? 0x80 : 0;
  const head = Buffer.alloc(bits === 7 ? 2 : bits === 16 ? 4 : 10);
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  head[1] = mask_bit | (bits === 7 ? Number(length) : bits === 16 ? 126 : 127);
  if (bits === 16) head.writeUInt16BE(Number(length), 2);
  if (bits === 64) head.writeBigUInt64BE(length, 2);
  if (!masked) return Buffer.concat([head, body]);
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, body.map((byte, n) => byte ^ mask[n % 4])]);
}

export const text = (payload, options) => frame(1, payload, options);

/// An upgrade request. `host` and `headers` are header lines, each with its CRLF.
export const upgrade_request = ({
  target = "/socket/websocket?vsn=2.0.0",
  host = "Host: 127.0.0.1\r\n",
  key = "dGhlIHNhbXBsZSBub25jZQ==",
  headers = "",
} = {}) =>
  `GET ${target} HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n${headers}\r\n`;

/// Sends bytes to a port, from `address`, and returns the text that comes back until the server
/// closes or `is_enough(text)`.
export function exchange_bytes(port, bytes, { address, is_enough = () => false } = {}) {
  return new Promise((done, fail) => {
    let received = "";
    const socket = net.connect({ port, host: "127.0.0.1", localAddress: address });
    const end = () => (socket.destroy(), done(received));
    socket.setTimeout(wait_ms_max, () => {
      socket.destroy();
      fail(new Error(`not closed after: ${received}`));
    });
    socket.on("connect", () => socket.write(bytes, "latin1"));
    socket.on("data", (data) => {
      received += data.toString("latin1");
      if (is_enough(received)) end();
    });
    socket.on("error", end).on("close", end);
  });
}

/// A TCP connection to the public port; `bytes` has the bytes received so far.
export class Tcp {
  static async open(server, { upgraded = true } = {}) {
    const tcp = new Tcp(net.connect(server.port, "127.0.0.1"));
    await new Promise((done, fail) => tcp.socket.once("connect", done).once("error", fail));
    if (upgraded) await tcp.upgrade();
    return tcp;
  }

  constructor(socket) {
    this.socket = socket;
    this.bytes = Buffer.alloc(0);
    this.ended = false;
    this.wake = () => {};
    socket.setNoDelay(true);
    socket.on("data", (data) => {
      this.bytes = Buffer.concat([this.bytes, data]);
      this.wake();
    });
    // A reset during a write is an end like any other.
    socket.on("error", () => {});
    const end = () => ((this.ended = true), this.wake());
    socket.on("end", end).on("close", end);
  }

  send(...parts) {
    this.socket.write(Buffer.concat(parts.map((part) => Buffer.from(part))));
  }

  async upgrade() {
    this.send(upgrade_request({ key: randomBytes(16).toString("base64") }));
    const is_answered = await this.until(() => this.bytes.includes("\r\n\r\n"), "the upgrade");
    assert.ok(is_answered, "connection ended before the upgrade");
    const end = this.bytes.indexOf("\r\n\r\n") + 4;
    assert.match(this.bytes.subarray(0, end).toString(), /^HTTP\/1\.1 101 /);
    this.bytes = this.bytes.subarray(end);
  }

  /// Waits until `check` returns true; false if the connection ends first.
  async until(check, description) {
    const end = Date.now() + wait_ms_max;
    while (!check()) {
      if (this.ended) return false;
      assert.ok(Date.now() < end, `never came: ${description}`);
      await new Promise((done) => {
        const timer = setTimeout(done, 100);
        this.wake = () => (clearTimeout(timer), done());
      });
    }
    return true;
  }

  /// The frames that have arrived completely: [{opcode, payload}].
  frames() {
    const found = [];
    for (let at = 0; at + 2 <= this.bytes.length; ) {
      let length = this.bytes[at + 1] & 0x7f;
      let head = 2;
      if (length >= 126) head = length === 126 ? 4 : 10;
      if (at + head > this.bytes.length) break;
      if (head === 4) length = this.bytes.readUInt16BE(at + 2);
      if (head === 10) length = Number(this.bytes.readBigUInt64BE(at + 2));
      if (at + head + length > this.bytes.length) break;
      const payload = this.bytes.subarray(at + head, at + head + length);
      found.push({ opcode: this.bytes[at] & 0x0f, payload });
      at += head + length;
    }
    return found;
  }

  texts() {
    return this.frames()
      .filter(({ opcode }) => opcode === 1)
      .map(({ payload }) => JSON.parse(payload));
  }

  /// The code of the server's close frame; "none" if the connection ended without one.
  async close_code() {
    const closing = () => this.frames().find(({ opcode }) => opcode === 8);
    await this.until(closing, "a close frame");
    const close = closing();
    if (!close) return "none";
    return close.payload.length >= 2 ? close.payload.readUInt16BE(0) : "empty";
  }

  destroy() {
    this.socket.destroy();
  }
}
