// SPDX-License-Identifier: Apache-2.0
// The pages that may connect, and the host names of the admin pages. A foreign name that resolves
// to this machine (DNS rebinding) is refused.
import assert from "node:assert/strict";
import { networkInterfaces } from "node:os";
import { it } from "node:test";
import { http_request } from "./api_calls.mjs";
import { upgrade_status } from "./raw.mjs";
import { Server, until } from "./server.mjs";

const path = "/socket/websocket?vsn=2.0.0";

/// The status of an upgrade by a page of `origin`, sent to `host`.
const upgrade = (server, host, origin = `http://${host}`) =>
  upgrade_status(server, path, { headers: { host, ...(origin && { origin }) } });

const get = async (port, page, headers, host) =>
  (await http_request(port, page, { headers, host })).status;

it("accepts pages of this machine, and no page under another name, without a config", async (t) => {
  const server = await Server.start({ t, sets: { "listen.host": "0.0.0.0" } });
  for (const host of ["localhost", "127.0.0.1", "[::1]", "demo.localhost", "0.0.0.0"]) {
    assert.equal(await upgrade(server, `${host}:4000`), 101, host);
  }
  for (const host of ["evil.test", "localhost.evil.test", "127.0.0.1.evil.test", "203.0.113.9"]) {
    assert.equal(await upgrade(server, `${host}:4000`), 403, host);
  }
  assert.equal(await upgrade(server, "evil.test:4000", null), 101, "no origin");
  const addresses = Object.values(networkInterfaces()).flat();
  for (const { address, family } of addresses) {
    if (address.startsWith("fe80")) continue;
    const host = family === "IPv6" ? `[${address}]` : address;
    assert.equal(await upgrade(server, `${host}:4000`), 101, host);
  }
});

it("logs the refused page, its host, and the setting to change", async (t) => {
  const server = await Server.start({ t });
  assert.equal(await upgrade(server, "evil.test:4000"), 403);
  await until(() => server.log_lines("upgrade_refused").length > 0, () => server.output());
  const [line] = server.log_lines("upgrade_refused");
  assert.equal(line.reason, "origin_refused");
  assert.equal(line.origin, "http://evil.test:4000");
  assert.equal(line.host, "evil.test:4000");
  assert.equal(line.mount, "/socket");
  assert.match(line.change, /listen\.host_names/);
});

it("accepts pages of listen.host_names, whatever Host a proxy sends", async (t) => {
  const config = { listen: { host_names: ["Chat.example.com"] } };
  const server = await Server.start({ t, config });
  assert.equal(await upgrade(server, "chat.example.com"), 101);
  assert.equal(await upgrade(server, "backend:4000", "https://chat.example.com"), 101);
  assert.equal(await upgrade(server, "chat.example.com", "https://evil.test"), 403);
  assert.equal(await upgrade(server, "localhost:4000"), 403);
});

it("applies new names on a reload", async (t) => {
  const server = await Server.start({ t, config: { listen: { host_names: ["a.test"] } } });
  assert.equal(await upgrade(server, "a.test"), 101);
  await server.reload({ listen: { host_names: ["b.test"] } }, "changed");
  assert.equal(await upgrade(server, "b.test"), 101);
  assert.equal(await upgrade(server, "a.test"), 403);
});

it("serves the admin pages under names of this node only, with and without a key", async (t) => {
  const api_key = "0123456789abcdef-key";
  for (const admin of [{}, { api_key }]) {
    const server = await Server.start({ t, config: { admin, listen: { host_names: ["a.test"] } } });
    const at = (page, host, headers = {}) => get(server.admin_port, page, { host, ...headers });
    for (const page of ["/metrics", "/stats"]) {
      for (const host of ["localhost:4001", "127.0.0.1:4001", "a.test:4001"]) {
        assert.equal(await at(page, host), 200, `${page} ${host}`);
      }
      assert.equal(await at(page, "evil.test:4001"), 403, page);
      assert.equal(await at(page, "localhost", { origin: "http://evil.test" }), 403, page);
      const authorization = `Bearer ${api_key}`;
      const known = await at(page, "evil.test", { authorization });
      assert.equal(known, admin.api_key ? 200 : 403, page);
    }
    for (const page of ["/health", "/ready"]) assert.equal(await at(page, "evil.test"), 200, page);
    assert.equal(await at("/api/rooms", "evil.test"), admin.api_key ? 401 : 403);
    assert.equal(await at("/nothing", "evil.test"), 403);
    await until(() => server.log.includes("admin_page_refused"), () => server.log);
  }
});

it("serves the demo page at the address of an interface, and lets the page connect", async (t) => {
  const server = await Server.start({ t, sets: { "listen.host": "0.0.0.0" } });
  const found = Object.values(networkInterfaces()).flat().find(({ family }) => family === "IPv4");
  const host = `${found.address}:${server.port}`;
  assert.equal(await get(server.port, "/", { host }, found.address), 200);
  assert.equal(await upgrade(server, host), 101);
});
