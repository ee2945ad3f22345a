// SPDX-License-Identifier: Apache-2.0
// Tokens in the upgrade: their places, valid ones, and the refusal of invalid ones.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, it } from "node:test";
import * as phoenix from "phoenix";
import WebSocket from "ws";
import { answer, close_sockets } from "./clients.mjs";
import { Raw, upgrade_status } from "./raw.mjs";
import { Server, until } from "./server.mjs";
import { compact, from_now, hs256, minted, SigningKey, protocols_of, secret } from "./tokens.mjs";

const path = "/socket/websocket?vsn=2.0.0";
const config = {
  auth: { hs256_secret: secret, cookie: "session", issuer: "me", audience: "chat", leeway_ms: 0 },
  sockets: [
    { path: "/socket", auth: "optional" },
    { path: "/open", auth: "none" },
    { path: "/closed", auth: "required" },
  ],
  rooms: [
    { match: "user:*", allow: { join: "self", push: "user" }, presence: { mode: "full" } },
    { match: "room:*", allow: { join: "any" }, presence: { mode: "off" } },
  ],
};
const valid = (more = {}) => ({ sub: "ada", iss: "me", aud: ["chat"], exp: from_now(60), ...more });
const good = (more) => hs256(valid(more));
let server;
before(async () => {
  server = await Server.start({ config });
});
after(async () => {
  close_sockets();
  await server.stop();
});

async function joins_as_ada(options) {
  const raw = await Raw.open(server, options);
  await raw.join("user:ada");
  const state = await raw.next();
  assert.equal(state[3], "presence_state");
  assert.deepEqual(Object.keys(state[4]), ["ada"]);
  raw.close();
}

it("accepts a token in the subprotocol, query, Authorization and cookie", async () => {
  const token = good();
  await joins_as_ada({ protocols: protocols_of(token) });
  await joins_as_ada({ query: `&token=${token}` });
  await joins_as_ada({ headers: { authorization: `Bearer ${token}` } });
  await joins_as_ada({ headers: { cookie: `other=1; session=${token}` } });
});

it("accepts the token that `roost token` prints", async () => {
  const places = ["--claim", "iss=me", "--claim", "aud=chat"];
  await joins_as_ada({ query: `&token=${minted("--sub", "ada", ...places)}` });
});

it("recognizes the user of the official client by authToken and by params", async () => {
  const token = good();
  for (const options of [{ authToken: token }, { params: { token } }]) {
    const socket = new phoenix.Socket(server.ws_url, { transport: WebSocket, ...options });
    socket.connect();
    const joined = await answer(socket.channel("user:ada").join());
    assert.equal(joined.status, "ok", JSON.stringify(joined));
    const other = await answer(socket.channel("user:bob").join());
    assert.deepEqual(other.response, { reason: "unauthorized", code: 101 });
    socket.disconnect();
  }
});

it("recognizes the user of the official client by a token in the join", async () => {
  const socket = new phoenix.Socket(server.ws_url, { transport: WebSocket });
  socket.connect();
  const anonymous = await answer(socket.channel("user:ada").join());
  assert.deepEqual(anonymous.response, { reason: "unauthorized", code: 101 });
  const channel = socket.channel("user:ada", () => ({ token: good() }));
  assert.equal((await answer(channel.join())).status, "ok");
  socket.disconnect();
});

it("accepts no token, and ignores a bad one on a mount without tokens", async () => {
  assert.equal(await upgrade_status(server, path), 101);
  assert.equal(await upgrade_status(server, "/open/websocket?vsn=2.0.0&token=rubbish"), 101);
  assert.equal(await upgrade_status(server, "/closed/websocket?vsn=2.0.0"), 101);
  assert.equal(await upgrade_status(server, "/closed/websocket?vsn=2.0.0&token=rubbish"), 403);
});

it("refuses every hostile token with 403, counts it, and serves the next client", async () => {
  const rsa = new SigningKey("RS256", "r");
  const none = (alg) => compact({ alg }, valid(), () => "");
  const parts = good().split(".");
  const swapped = hs256(valid({ sub: "eve" })).split(".")[1];
  const hostile = {
    rubbish: "rubbish",
    "two parts": parts.slice(0, 2).join("."),
    "five parts": `${good()}.x.y`,
    "alg none": none("none"),
    "alg None": none("None"),
    "no alg": compact({}, valid(), () => ""),
    "no signature": `${parts[0]}.${parts[1]}.`,
    "another's claims": `${parts[0]}.${swapped}.${parts[2]}`,
    "another secret": hs256(valid(), "some other secret of at least 32 bytes"),
    "a public key as the secret": hs256(valid(), rsa.pem),
    "an algorithm without a key": rsa.token(valid()),
    "a key in the header": compact({ alg: "RS256", jwk: rsa.jwk }, valid(), () => "x"),
    "a kid that is a path": hs256(valid(), "", { kid: "../../../../dev/null" }),
    "a kid that is SQL": hs256(valid(), "", { kid: "' UNION SELECT 'x" }),
    crit: hs256(valid(), secret, { crit: ["b64"], b64: false }),
    expired: good({ exp: from_now(-1) }),
    "not yet valid": good({ nbf: from_now(60) }),
    "another issuer": good({ iss: "you" }),
    "no issuer": hs256({ sub: "ada", aud: "chat" }),
    "another audience": good({ aud: ["mail"] }),
    "a sub that is a number": good({ sub: 7 }),
    "an exp that is text": good({ exp: "tomorrow" }),
    "padding": `${parts[0]}=.${parts[1]}.${parts[2]}`,
    huge: `${parts[0]}.${"A".repeat(9_000)}.${parts[2]}`,
    "deep claims": hs256(JSON.parse("[".repeat(500) + "]".repeat(500))),
  };
  const refused = await server.metric("roost_handshakes_refused_total");
  const checked = await server.metric("roost_auth_results_total");
  for (const [name, token] of Object.entries(hostile)) {
    const status = await upgrade_status(server, `${path}&token=${encodeURIComponent(token)}`);
    assert.equal(status, 403, name);
  }
  const count = Object.keys(hostile).length;
  assert.equal(await server.metric("roost_handshakes_refused_total"), refused + count);
  assert.equal(await server.metric("roost_auth_results_total"), checked + count);
  assert.equal(await server.metric("roost_auth_results_total", 'result="other"'), 0);
  await joins_as_ada({ query: `&token=${good()}` });
  await until(() => server.log.includes("token_refused"), () => server.log);
  assert.ok(!server.log.includes(parts[2]), "a token is in the log");
});

it("applies the example of docs/tokens.md as the page says", async (t) => {
  const page = readFileSync(new URL("../../docs/tokens.md", import.meta.url), "utf8");
  const example = JSON.parse(/```json\n([^]*?)```/.exec(page)[1]);
  const shown = await Server.start({ config: example, t });
  const { issuer, hs256_secret } = example.auth;
  const sign = (claims) => hs256({ iss: issuer, ...claims }, hs256_secret);
  const admin = { sub: "ada", role: "admin", grants: { "team:red": ["join", "push:msg"] } };
  const asks = async (claims, topic, event) => {
    const raw = await Raw.open(shown, { query: `&token=${sign(claims)}` });
    const joined = await raw.exchange(["1", "1", topic, "phx_join", {}]);
    let status = joined[4].status;
    if (status === "ok") {
      raw.send(["1", "2", topic, event, {}]);
      const reply = () => raw.frames.map(JSON.parse).find(([, ref]) => ref === "2");
      status = (await until(reply, event))[4].status;
    }
    raw.close();
    return status;
  };
  assert.equal(await asks(admin, "room:1", "announce"), "ok");
  assert.equal(await asks({ sub: "bob" }, "room:1", "announce"), "error");
  assert.equal(await asks({ sub: "bob" }, "room:1", "msg"), "ok");
  assert.equal(await asks(admin, "team:red", "msg"), "ok");
  assert.equal(await asks(admin, "team:blue", "msg"), "error");
  assert.equal(await asks(admin, "user:ada", "msg"), "error");
  const held = await Raw.open(shown);
  const join = await held.exchange(["1", "1", "room:1", "phx_join", {}]);
  assert.deepEqual(join[4].response, { reason: "unauthorized", code: 101 });
  held.close();
});

it("returns the reason of a refusal over HTTP", async () => {
  const ask = async (token) => {
    const headers = { upgrade: "websocket", connection: "upgrade" };
    const raw = new WebSocket(`${server.ws_url}/websocket?vsn=2.0.0&token=${token}`, { headers });
    raw.on("error", () => {});
    const response = await new Promise((done) => raw.on("unexpected-response", (_, r) => done(r)));
    let body = "";
    for await (const part of response) body += part;
    return { status: response.statusCode, ...JSON.parse(body) };
  };
  const bad = await ask("rubbish");
  assert.deepEqual([bad.status, bad.reason, bad.code], [403, "bad token", 304]);
  const expired = await ask(good({ exp: 1 }));
  assert.deepEqual([expired.status, expired.reason, expired.code], [403, "token expired", 102]);
});
