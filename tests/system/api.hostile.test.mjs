// SPDX-License-Identifier: Apache-2.0
// The server API refuses unauthorized and malformed requests.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, describe, it } from "node:test";
import { call, http_request, ok, post, publish, refused } from "./api_calls.mjs";
import { Server, until } from "./server.mjs";
import { exchange_bytes } from "./tcp.mjs";

const api_key = "0123456789abcdef-key";
const body = JSON.stringify({ topic: "room:1", event: "msg", payload: {} });

/// {status, body} of a request with any headers.
async function ask(server, path, { headers = {}, ...options } = {}) {
  const all = { host: `127.0.0.1:${server.admin_port}`, ...headers };
  const got = await http_request(server.admin_port, path, { headers: all, ...options });
  return { status: got.status, body: JSON.parse(got.text || "{}") };
}

const json = { "content-type": "application/json" };
const ask_publish = (server, headers) =>
  ask(server, "/api/publish", { method: "POST", headers: { ...json, ...headers }, body });

/// Sends bytes to the admin port, and returns the response bytes until it closes.
const exchange = (server, text) => exchange_bytes(server.admin_port, text);

// eslint-disable-next-line max-lines-per-function -- a suite
describe("without a key", () => {
  let server;
  before(async () => {
    server = await Server.start({ sets: { "limits.payload_bytes_max": 10_000 } });
  });
  after(() => server.stop());

  it("answers programs on this machine", async () => {
    assert.equal((await ask_publish(server, {})).status, 200);
    const host = `localhost:${server.admin_port}`;
    assert.equal((await ask_publish(server, { host })).status, 200);
    const origin = `http://127.0.0.1:${server.admin_port}`;
    assert.equal((await ask_publish(server, { origin })).status, 200);
  });

  it("refuses pages of other sites, whatever headers they send", async () => {
    const offset = async () => (await ok(call(server, "/api/room?topic=room:1"))).offset;
    const offset_before = await offset();
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: `http://127.0.0.1:${server.port}` },
      { "sec-fetch-site": "cross-site" },
      { host: "rebound.evil.example" },
      { host: `127.0.0.1.evil.example:${server.admin_port}` },
      { "content-type": "text/plain" },
      { "content-type": "application/x-www-form-urlencoded" },
      { "x-forwarded-for": "203.0.113.9" },
    ]) {
      await refused(ask_publish(server, headers), 403, "forbidden");
    }
    const reads = { headers: { host: "rebound.evil.example" } };
    await refused(ask(server, "/api/rooms", reads), 403, "forbidden");
    assert.equal(await offset(), offset_before);
  });

  it("refuses malformed requests with 400, and keeps serving", async () => {
    for (const text of ["", "{", "[]", "null", '{"topic":"room:1"}', '{"topic":7}', "\u0000"]) {
      await refused(post(server, "/api/publish", text), 400, "bad request");
    }
    const twice = '{"topic":"room:1","topic":"room:2","event":"msg","payload":{}}';
    await refused(post(server, "/api/publish", twice), 400, "bad request");
    for (const path of [
      "/api/room", "/api/room?topic=", "/api/room?topic=%zz", "/api/room?topic=%ff",
      "/api/room?topic=a&topic=b", "/api/rooms?limit=0", "/api/rooms?limit=1001",
      "/api/rooms?unknown=1", "/api/history?topic=room:1&since=x",
    ]) {
      await refused(call(server, path), 400, "bad request");
    }
    await refused(call(server, "/api/nothing"), 404, "not found");
    await refused(call(server, "/api/"), 404, "not found");
    const deep = `{"topic":"room:1","event":"msg","payload":{"x":${"[".repeat(5_000)}`;
    assert.equal((await post(server, "/api/publish", deep)).status, 400);
    await ok(publish(server, "room:1", "msg", {}));
  });

  it("answers 405 with Allow to a wrong method on every route and page", async () => {
    const posts = ["publish", "broadcast", "disconnect", "revoke"];
    const gets = ["rooms", "room", "presence", "history", "user"];
    const all = [
      ...posts.map((name) => [`/api/${name}`, "POST"]),
      ...gets.map((name) => [`/api/${name}`, "GET, HEAD"]),
      ...["/health", "/ready", "/metrics", "/stats"].map((path) => [path, "GET, HEAD"]),
    ];
    for (const [path, allow] of all) {
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
        if (allow.includes(method)) continue;
        const headers = { "content-type": "application/json" };
        const { status, body: error, response } = await call(server, path, { method, headers });
        assert.equal(status, 405, `${method} ${path}`);
        assert.equal(response.headers.get("allow"), allow, `${method} ${path}`);
        assert.equal(error.reason, "method refused");
      }
    }
  });

  it("refuses a body that is too large by its Content-Length", async () => {
    const large = { x: "x".repeat(10_000) };
    await refused(publish(server, "room:1", "msg", large), 413, "payload too large");
    const head = "POST /api/publish HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999";
    const got = await exchange(server, `${head}\r\n\r\n`);
    assert.match(got, /^HTTP\/1\.1 413 /);
  });

  it("survives clients that disconnect before the response", async () => {
    const head = "POST /api/publish HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json";
    const sent = `${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const first = await ok(publish(server, "room:1", "msg", {}));
    await Promise.all([...Array(50)].map(() => new Promise((done) => {
      const socket = connect(server.admin_port, "127.0.0.1", () => {
        socket.write(sent);
        socket.end(() => socket.destroy());
      });
      socket.on("close", done);
      socket.on("error", () => {});
    })));
    const { offset } = await ok(publish(server, "room:1", "msg", {}));
    assert.ok(offset > first.offset && offset <= first.offset + 51, `${offset}`);
  });

  it("answers pipelined requests in order", async () => {
    const get = (path, more = "") => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
    const got = await exchange(
      server,
      get("/api/room?topic=room:1") + get("/api/room?topic=room:none") + get("/health") +
        get("/api/rooms", "Connection: close\r\n"),
    );
    const statuses = [...got.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    assert.deepEqual(statuses, ["200", "404", "200", "200"]);
  });

  it("has no API on the public port", async () => {
    const answer = await fetch(`${server.url}/api/rooms`, { headers: { connection: "close" } });
    assert.equal(answer.status, 404);
    await answer.arrayBuffer();
  });
});

describe("with a key", () => {
  let server;
  before(async () => {
    server = await Server.start({ sets: { "admin.api_key": api_key } });
  });
  after(() => server.stop());

  it("answers a request with the key, from any page and under any host name", async () => {
    const headers = {
      authorization: `Bearer ${api_key}`,
      host: "api.example.com",
      origin: "https://office.example.com",
      "content-type": "text/plain",
    };
    assert.equal((await ask_publish(server, headers)).status, 200);
  });

  it("refuses a request without the key on every path, whether or not it exists", async () => {
    const near = [api_key.slice(1), `${api_key}x`, api_key.toUpperCase()];
    for (const key of [undefined, "", "x", ...near]) {
      const got = await refused(call(server, "/api/rooms", { key }), 401, "unauthenticated");
      assert.equal(got.response.headers.get("www-authenticate"), "Bearer");
    }
    for (const path of ["/api/room?topic=a", "/api/history", "/api/nothing"]) {
      await refused(call(server, path), 401, "unauthenticated");
    }
    await refused(publish(server, "room:1", "msg", {}), 401, "unauthenticated");
    await until(() => server.log.includes("api_refused"), () => server.log);
    assert.doesNotMatch(server.log, new RegExp(api_key));
  });

  it("leaves health and metrics open", async () => {
    for (const path of ["/health", "/ready", "/metrics", "/stats"]) await ok(call(server, path));
  });
});
