// Requests whose end two readers could see at two places: refused, and nothing in their bodies is
// ever answered. A proxy in front of the server must not be talked past.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, describe, it } from "node:test";
import { Server } from "./server.mjs";

const key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const upgrade = (more = "", host = "Host: 127.0.0.1\r\n", target = "/socket/websocket?vsn=2.0.0") =>
  `GET ${target} HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\n` +
  `Sec-WebSocket-Version: 13\r\n${key}${more}\r\n`;
const smuggled = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
const health = (lines, { version = "1.1", host = "Host: localhost\r\n", verb = "GET" } = {}) =>
  `${verb} /health HTTP/${version}\r\n${host}${lines}\r\n`;
const last = health("Connection: close\r\n");

/// Sends bytes; the status lines of all answers until the server closes.
function statuses(port, bytes) {
  return new Promise((done, fail) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes, "latin1"));
    let got = "";
    socket.setTimeout(30_000, () => fail(new Error(`not closed after: ${got}`)));
    socket.on("data", (data) => (got += data.toString("latin1")));
    socket.on("error", () => {});
    socket.on("close", () => {
      socket.setTimeout(0);
      done([...got.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status)));
    });
  });
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

describe("a request that can be read in two ways", () => {
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

  it("is refused and the connection closed: transfer codings but chunked alone", async () => {
    for (const lines of codings) {
      for (const verb of ["GET", "POST"]) await refuses(health(lines, { verb }));
    }
    for (const lines of codings.slice(0, 4)) {
      await refuses(health(lines, { version: "1.0" }));
      await refuses(upgrade(lines), [server.port]);
    }
    await refuses(health("Transfer-Encoding: chunked\r\n", { version: "1.0" }));
  });

  it("is refused and the connection closed: lengths, hosts, repeated headers", async () => {
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

  it("does not count what it says to the admin port behind the last chunk", async () => {
    const head = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    const got = await statuses(server.admin_port, `${head}0\r\nHost: evil.test\r\n\r\n${last}`);
    assert.deepEqual(got, [200, 200]);
  });

  it("is none where a body ends as it says: it is read, and the next is answered", async () => {
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

  it("is none where an absolute target names the host: Host counts for nothing", async () => {
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
