// WebSocket by hand over TCP: frames that no proper client would send.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import net from "node:net";

const wait_ms_max = 30_000;

/// One frame from a client. `length_as` forces a length field of 7, 16 or 64 bits, `claim`
/// writes another length than the payload has.
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

export const text = (what, options) => frame(1, what, options);

/// A TCP connection to the public port; `bytes` is what came so far.
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
    // A reset while we write is as good an end as any.
    socket.on("error", () => {});
    const end = () => ((this.ended = true), this.wake());
    socket.on("end", end).on("close", end);
  }

  send(...parts) {
    this.socket.write(Buffer.concat(parts.map((part) => Buffer.from(part))));
  }

  async upgrade() {
    const key = randomBytes(16).toString("base64");
    this.send(
      "GET /socket/websocket?vsn=2.0.0 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n",
      `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    );
    const answer = await this.until(() => this.bytes.includes("\r\n\r\n"), "the upgrade");
    assert.ok(answer, "connection ended before the upgrade");
    const end = this.bytes.indexOf("\r\n\r\n") + 4;
    assert.match(this.bytes.subarray(0, end).toString(), /^HTTP\/1\.1 101 /);
    this.bytes = this.bytes.subarray(end);
  }

  /// True when `check` holds, false when the connection ended first.
  async until(check, what) {
    const end = Date.now() + wait_ms_max;
    while (!check()) {
      if (this.ended) return false;
      assert.ok(Date.now() < end, `never came: ${what}`);
      await new Promise((done) => {
        const timer = setTimeout(done, 100);
        this.wake = () => (clearTimeout(timer), done());
      });
    }
    return true;
  }

  /// The frames that came whole: [{opcode, payload}].
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

  /// The code of the server's close frame, "none" where the connection ended without one.
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
