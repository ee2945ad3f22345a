// SPDX-License-Identifier: Apache-2.0
// Request smuggling: requests that a proxy and the server could frame differently are refused, and
// no request inside of a body is answered.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Server } from "./server.mjs";
import { exchange_bytes, upgrade_request } from "./tcp.mjs";

const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const upgrade = (headers, host, target) => upgrade_request({ headers, host, target });
const smuggled = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
const health = (lines, { version = "1.1", host = "Host: localhost\r\n", verb = "GET" } = {}) =>
  `${verb} /health HTTP/${version}\r\n${host}${lines}\r\n`;
const last = health("Connection: close\r\n");

/// Sends bytes, and returns the statuses of all responses until the server closes.
async function statuses(port, bytes) {
  const received = await exchange_bytes(port, bytes);
  return [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

const codings = [
  "Transfer-Encoding: xchunked\r\n",
  "Transfer-Encoding: identity\r\n",
  "Transfer-Encoding: gzip\r\n",
  "Transfer-Encoding: chunked, identity\r\n",
  "Transfer-Encoding: identity, chunked\r\n",
  "Transfer-Encoding: chunked, chunked\r\n",
  "Transfer-Encoding: ,chunked\r\n",
  "Transfer-Encoding: \"chunked\"\r\n",
  "Transfer-Encoding:\r\n",
  "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n",
  "Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n",
  "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
  "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
  "Content-Length: 4\r\nTransfer-Encoding: xchunked\r\n",
  "Transfer-Encoding : chunked\r\n",
  " Transfer-Encoding: chunked\r\n",
  "Transfer-Encoding:\r\n\tchunked\r\n",
  "Transfer-Encoding: chunked\r\n \r\n",
  "Transfer-Encoding:\x0bchunked\r\n",
  "Transfer-Encoding:\x00chunked\r\n",
  "Transfer_Encoding: chunked\nTransfer-Encoding: chunked\r\n",
];
const lengths = ["4\r\nContent-Length: 4", "4\r\nContent-Length: 5", "4, 4", "+4", "-4", "0x4",
  "4 4", "", "99999999999999999999"].map((value) => `Content-Length: ${value}\r\n`);

// eslint-disable-next-line max-lines-per-function -- a suite
describe("request framing", () => {
  let server;
  let ports;
  before(async () => {
    server = await Server.start();
    ports = [server.port, server.admin_port];
  });
  after(() => server.stop());

  async function refuses(request, at = ports) {
    for (const port of at) {
      const got = await statuses(port, request + smuggled + last);
      assert.equal(got.length, 1, `${JSON.stringify(request)} at ${port}: ${got}`);
      assert.ok([400, 501].includes(got[0]), `${JSON.stringify(request)}: ${got}`);
    }
  }

  it("refuses transfer codings other than chunked, and closes", async () => {
    for (const lines of codings) {
      for (const verb of ["GET", "POST"]) await refuses(health(lines, { verb }));
    }
    for (const lines of codings.slice(0, 4)) {
      await refuses(health(lines, { version: "1.0" }));
      await refuses(upgrade(lines), [server.port]);
    }
    await refuses(health("Transfer-Encoding: chunked\r\n", { version: "1.0" }));
  });

  it("refuses ambiguous lengths, hosts and repeated headers, and closes", async () => {
    for (const lines of lengths) await refuses(health(lines));
    for (const host of ["", "Host: a\r\nHost: a\r\n", "Host: a\r\nHost: b\r\n", "Host: a b\r\n",
      "Host: a,b\r\n", "Host: user@a\r\n", "Host: a/b\r\n"]) {
      await refuses(health("", { host }));
      await refuses(upgrade("", host), [server.port]);
    }
    const origin = "Origin: http://127.0.0.1\r\n";
    for (const lines of [key, "Sec-WebSocket-Version: 13\r\n", origin + origin]) {
      await refuses(upgrade(lines), [server.port]);
    }
  });

  it("ignores trailer fields after the last chunk", async () => {
    const head = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    const got = await statuses(server.admin_port, `${head}0\r\nHost: evil.test\r\n\r\n${last}`);
    assert.deepEqual(got, [200, 200]);
  });

  it("reads a body to its end, and answers the next request", async () => {
    for (const port of ports) {
      const sized = health(`Content-Length: ${smuggled.length}\r\n`) + smuggled;
      assert.deepEqual(await statuses(port, sized + last), [200, 200]);
      const chunk = `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`;
      assert.deepEqual(
        await statuses(port, health("Transfer-Encoding: chunked\r\n") + chunk + last),
        [200, 200],
      );
      assert.deepEqual(await statuses(port, `\r\n\r\n${health("")}\r\n${last}`), [200, 200]);
      assert.deepEqual(await statuses(port, "GET /health HTTP/1.0\r\n\r\n"), [200]);
    }
  });

  it("takes the host from an absolute target, and ignores Host", async () => {
    const at = (target, host, origin) =>
      upgrade(`Origin: ${origin}\r\n`, `Host: ${host}\r\n`, `${target}/socket/websocket`);
    const refused = at("http://evil.test", "localhost", "http://localhost");
    assert.deepEqual(await statuses(server.port, refused), [403]);
    const stats = (target, host) => statuses(server.admin_port,
      `GET ${target}/stats HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    assert.deepEqual(await stats("http://evil.test", "localhost"), [403]);
    assert.deepEqual(await stats("http://localhost", "evil.test"), [200]);
  });
});
