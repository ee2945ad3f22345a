// SPDX-License-Identifier: Apache-2.0
// A small client of NATS: requests of JetStream's API, and everything that is published.
import assert from "node:assert/strict";
import net from "node:net";

const inbox = `_INBOX.${process.pid}`;
const end_of_line = Buffer.from("\r\n");
let clients = 0;

export class NatsClient {
  static async connect(t, { port }) {
    const client = new NatsClient(net.connect(port, "127.0.0.1"));
    t.after(() => client.close());
    client.subscribe(`${client.inbox}.*`, ({ subject, data }) => client.answered(subject, data));
    await client.flush();
    return client;
  }

  constructor(socket) {
    this.socket = socket;
    this.inbox = `${inbox}.${(clients += 1)}`;
    this.rest = Buffer.alloc(0);
    this.heard = new Map(); // by sid: called with each message
    this.waiting = new Map(); // by subject of the answer
    this.pongs = [];
    socket.on("data", (data) => this.read(data));
    socket.on("error", () => {});
    socket.write('CONNECT {"verbose":false,"headers":true}\r\n');
  }

  close() {
    this.socket.destroy();
  }

  /// Waits until the server has read everything that was sent.
  flush() {
    this.socket.write("PING\r\n");
    return new Promise((done) => this.pongs.push(done));
  }

  /// Calls `heard` with each message: {subject, data}.
  subscribe(subject, heard) {
    const sid = `${this.heard.size + 1}`;
    this.heard.set(sid, heard);
    this.socket.write(`SUB ${subject} ${sid}\r\n`);
  }

  /// Sends a request to JetStream's API and returns its answer, which may be an error.
  async ask(request, body = {}) {
    const reply = `${this.inbox}.${this.waiting.size + 1}`;
    const text = JSON.stringify(body);
    const got = new Promise((done) => this.waiting.set(reply, done));
    this.socket.write(`PUB $JS.API.${request} ${reply} ${Buffer.byteLength(text)}\r\n${text}\r\n`);
    return JSON.parse(await got);
  }

  /// As ask(), and fails if the answer is an error.
  async call(request, body) {
    const answer = await this.ask(request, body);
    assert.ok(!answer.error, `${request}: ${JSON.stringify(answer.error)}`);
    return answer;
  }

  answered(subject, data) {
    this.waiting.get(subject)?.(data.toString());
  }

  read(data) {
    this.rest = Buffer.concat([this.rest, data]);
    for (;;) {
      const end = this.rest.indexOf(end_of_line);
      if (end < 0) return;
      const words = this.rest.subarray(0, end).toString().split(" ");
      const is_message = words[0] === "MSG" || words[0] === "HMSG";
      const bytes = is_message ? Number(words.at(-1)) + 2 : 0;
      const begin = end + 2;
      if (this.rest.length < begin + bytes) return;
      const body = this.rest.subarray(begin, begin + bytes - 2);
      this.rest = this.rest.subarray(begin + bytes);
      if (is_message) this.message(words, body);
      else this.control(words);
    }
  }

  message([kind, subject, sid, ...rest], body) {
    const headers_bytes = kind === "HMSG" ? Number(rest.at(-2)) : 0;
    this.heard.get(sid)({ subject, data: body.subarray(headers_bytes) });
  }

  control([verb, ...rest]) {
    if (verb === "PING") this.socket.write("PONG\r\n");
    if (verb === "PONG") this.pongs.shift()();
    assert.notEqual(verb, "-ERR", rest.join(" "));
  }
}
