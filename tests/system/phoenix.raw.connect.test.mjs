// SPDX-License-Identifier: Apache-2.0
// The upgrade, and the protocol version that it selects.
import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { heartbeat_reply, Raw, upgrade_status } from "./raw.mjs";
import { Server } from "./server.mjs";

const path = "/socket/websocket";
const bearer = Buffer.from("a token of any kind").toString("base64").replace(/=+$/, "");
let server;
before(async () => {
  server = await Server.start();
});
after(() => server.stop());

it("speaks V1 if the client requests no version", async () => {
  const raw = await Raw.open(server, { vsn: null });
  raw.send({ topic: "phoenix", event: "heartbeat", payload: {}, ref: "1" });
  const payload = { status: "ok", response: {} };
  const reply = { topic: "phoenix", event: "phx_reply", payload, ref: "1" };
  assert.deepEqual(await raw.next(), reply);
  raw.close();
});

it("speaks V2 for any version 2.0.x", async () => {
  for (const vsn of ["2.0.0", "2.0.7"]) {
    const raw = await Raw.open(server, { vsn });
    const reply = await raw.exchange([null, "1", "phoenix", "heartbeat", {}]);
    assert.deepEqual(reply, heartbeat_reply("1"));
    raw.close();
  }
});

it("refuses other versions with 403", async () => {
  for (const vsn of ["3.0.0", "2.1.0", "1.1.0", "two", "2"]) {
    assert.equal(await upgrade_status(server, `${path}?vsn=${vsn}`), 403, vsn);
  }
});

it("refuses a foreign Origin with 403, and accepts its own and none", async () => {
  const at = (origin) => upgrade_status(server, `${path}?vsn=2.0.0`, { headers: { origin } });
  assert.equal(await at("http://evil.example"), 403);
  assert.equal(await at("null"), 403);
  assert.equal(await at(`http://127.0.0.1:${server.port}`), 101);
  assert.equal(await upgrade_status(server, `${path}?vsn=2.0.0`), 101);
});

it("refuses a request without an upgrade with 400, and other paths with 404", async () => {
  assert.equal((await fetch(`${server.url}${path}`, { method: "POST" })).status, 400);
  assert.equal((await fetch(`${server.url}${path}`)).status, 400);
  assert.equal(await upgrade_status(server, "/elsewhere/websocket?vsn=2.0.0"), 404);
});

it("echoes the subprotocol phoenix if another one carries a token", async () => {
  const protocols = ["phoenix", `base64url.bearer.phx.${bearer}`];
  const raw = await Raw.open(server, { protocols });
  assert.equal(raw.socket.protocol, "phoenix");
  raw.close();
});

it("ignores a malformed token if tokens are not used", async (t) => {
  const mounts = [{ path: "/socket" }, { path: "/none", auth: "none" }];
  const auth = { hs256_secret: "a secret of tests that is long enough", cookie: "auth" };
  const without = await Server.start({ t });
  const with_key = await Server.start({ t, config: { auth, sockets: mounts } });
  const protocols = ["phoenix", "base64url.bearer.phx.!!!"];
  const headers = { authorization: "Bearer !", cookie: "auth=!" };
  for (const [at, mount, status] of [
    [without, "/socket", 101], [with_key, "/none", 101], [with_key, "/socket", 403],
  ]) {
    const open = `${mount}/websocket?vsn=2.0.0`;
    assert.equal(await upgrade_status(at, open, { protocols }), status, mount);
    assert.equal(await upgrade_status(at, open, { headers }), status, mount);
    assert.equal(await upgrade_status(at, `${open}&token=!`), status, mount);
  }
  for (const [at, mount] of [[without, "/socket"], [with_key, "/none"]]) {
    for (const token of ["%zz", "%ff"]) {
      const open = `${mount}/websocket?vsn=2.0.0&token=${token}`;
      assert.equal(await upgrade_status(at, open), 101, mount);
    }
  }
});
