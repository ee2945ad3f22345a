// SPDX-License-Identifier: Apache-2.0
// Tokens of an open connection: the first one, refreshes, expiry, lost grants, and the limit of
// connections for each user.
import assert from "node:assert/strict";
import { it } from "node:test";
import * as phoenix from "phoenix";
import WebSocket from "ws";
import { answer } from "./clients.mjs";
import { error_reply, ok_reply, Raw, upgrade_status } from "./raw.mjs";
import { Server, until } from "./server.mjs";
import { from_now, hs256, secret } from "./tokens.mjs";

const quiet = { presence: { mode: "off" } };
const start = (t, { auth = {}, mount = {}, ...more } = {}) =>
  Server.start({
    t,
    config: {
      auth: { hs256_secret: secret, ...auth },
      sockets: [{ path: "/socket", ...mount }],
      rooms: [
        { match: "room:*", allow: { join: "any" }, ...quiet },
        { match: "team:*", allow: { join: "grant", push: "grant" }, ...quiet },
      ],
      ...more,
    },
  });
const refresh = (ref, token, topic = "phoenix") => [
  null,
  ref,
  topic,
  "access_token",
  { access_token: token },
];
const refused = (ref, topic = "phoenix") => error_reply(null, ref, topic, "unauthorized", 101);

it("keeps a connection without a token, and allows joins after one arrives", async (t) => {
  const server = await start(t, { mount: { auth: "required" } });
  const raw = await Raw.open(server);
  await raw.assert_alive();
  assert.deepEqual(await raw.exchange([null, "2", "room:1", "msg", {}]), refused("2", "room:1"));
  const join = ["3", "3", "room:1", "phx_join", {}];
  assert.deepEqual(await raw.exchange(join), error_reply("3", "3", "room:1", "unauthorized", 101));
  assert.deepEqual(await raw.exchange(refresh("4", "rubbish")), refused("4"));
  const taken = await raw.exchange(refresh("5", hs256({ sub: "ada" })));
  assert.deepEqual(taken, ok_reply(null, "5", "phoenix"));
  await raw.join("room:1");
  const other = await Raw.open(server);
  await other.join("room:1", "1", "1", { token: hs256({ sub: "bob" }) });
  raw.close();
  other.close();
});

it("closes with 1008 if no token arrives in time", async (t) => {
  const server = await start(t, { auth: { first_message_ms: 300 }, mount: { auth: "required" } });
  const raw = await Raw.open(server);
  await raw.assert_closed(1008);
  assert.equal(raw.end.reason, "no token in time");
});

it("warns when a token expires, and closes after the grace period", async (t) => {
  const server = await start(t, { auth: { grace_ms: 500 } });
  const raw = await Raw.open(server, { query: `&token=${hs256({ sub: "ada" })}` });
  await raw.join("room:1");
  const short = refresh("2", hs256({ sub: "ada", exp: from_now(0.5) }));
  assert.deepEqual(await raw.exchange(short), ok_reply(null, "2", "phoenix"));
  const expected = [null, null, "phoenix", "token_expired", { grace_ms: 500 }];
  assert.deepEqual(await raw.next(), expected);
  await raw.assert_closed(1008);
  assert.equal(raw.end.reason, "expired");
  assert.equal(await server.metric("roost_token_expiries_total", 'step="ended"'), 1);
});

it("warns a V1 client in its own format", async (t) => {
  const server = await start(t);
  const query = `&token=${hs256({ exp: from_now(0.2) })}`;
  const raw = await Raw.open(server, { vsn: "1.0.0", query });
  const payload = { grace_ms: 10_000 };
  const expected = { topic: "phoenix", event: "token_expired", payload, ref: null };
  assert.deepEqual(await raw.next(), expected);
  raw.close();
});

it("stays open after a refresh, also by an official client in a channel", async (t) => {
  const server = await start(t, { auth: { grace_ms: 4_000 } });
  const soon = () => hs256({ sub: "ada", exp: from_now(0.5) });
  const socket = new phoenix.Socket(server.ws_url, { transport: WebSocket, authToken: soon() });
  t.after(() => socket.disconnect());
  let closes = 0;
  let warnings = 0;
  socket.onClose(() => (closes += 1));
  socket.connect();
  const channel = socket.channel("room:1");
  socket.onMessage((message) => {
    if (message.event === "token_expired" && (warnings += 1) < 4) {
      channel.push("access_token", { access_token: soon() });
    } else if (message.event === "token_expired") {
      channel.push("access_token", { token: hs256({ sub: "ada", exp: from_now(60) }) });
    }
    return message;
  });
  assert.equal((await answer(channel.join())).status, "ok");
  await until(() => warnings === 4, "four warnings");
  assert.equal((await answer(channel.push("msg", {}))).status, "ok");
  await new Promise((done) => setTimeout(done, 4_500)); // longer than the grace period
  assert.equal(closes, 0);
  assert.equal(await server.metric("roost_token_expiries_total", 'step="refreshed"'), 4);
});

it("refuses a refresh for another user, and keeps the user", async (t) => {
  const server = await start(t);
  const raw = await Raw.open(server, { query: `&token=${hs256({ sub: "ada" })}` });
  await raw.join("room:1");
  assert.deepEqual(await raw.exchange(refresh("2", hs256({ sub: "bob" }))), refused("2"));
  const expired = error_reply(null, "3", "phoenix", "token expired", 102);
  const old = hs256({ sub: "ada", exp: 1 });
  assert.deepEqual(await raw.exchange(refresh("3", old)), expired);
  const mine = refresh("4", hs256({ sub: "ada" }), "room:1");
  assert.deepEqual(await raw.exchange(mine), ok_reply("1", "4", "room:1"));
  assert.equal(await server.metric("roost_auth_results_total", 'result="subject"'), 1);
  raw.close();
});

it("closes the channels whose grant a refresh lost, and only those", async (t) => {
  const server = await start(t);
  const granting = (grants) => hs256({ sub: "ada", grants });
  const both = granting({ "team:a": ["join", "push:msg"], "team:b": ["join"] });
  const socket = new phoenix.Socket(server.ws_url, { transport: WebSocket, authToken: both });
  t.after(() => socket.disconnect());
  socket.connect();
  const [a, b] = ["team:a", "team:b"].map((topic) => socket.channel(topic));
  for (const each of [a, b]) assert.equal((await answer(each.join())).status, "ok");
  assert.equal((await answer(a.push("msg", {}))).status, "ok");
  const no = { status: "error", response: { reason: "unauthorized", code: 101 } };
  assert.deepEqual(await answer(a.push("other", {})), no);
  assert.deepEqual(await answer(b.push("msg", {})), no);
  const order = [];
  a.onClose(() => order.push("closed"));
  const less = { access_token: granting({ "team:b": ["join", "push:msg"] }) };
  a.push("access_token", less).receive("ok", () => order.push("ok"));
  await until(() => a.state === "closed", "phx_close");
  assert.deepEqual(order, ["ok", "closed"]);
  assert.equal(b.state, "joined");
  assert.equal((await answer(b.push("msg", {}))).status, "ok");
  assert.deepEqual(await answer(socket.channel("team:a").join()), no);
});

it("refuses a user over the limit with 429, or 1008 if the token came late", async (t) => {
  const limits = { connections_per_user: { max: 1, over: "refuse" } };
  const server = await start(t, { limits });
  const token = hs256({ sub: "ada" });
  const first = await Raw.open(server, { query: `&token=${token}` });
  await first.assert_alive(); // the 101 is written before it is counted
  const path = `/socket/websocket?vsn=2.0.0&token=`;
  assert.equal(await upgrade_status(server, path + token), 429);
  assert.equal(await upgrade_status(server, path + hs256({ sub: "bob" })), 101);
  const late = await Raw.open(server);
  late.send(refresh("1", token));
  await late.assert_closed(1008);
  assert.equal(late.end.reason, "too many connections");
  await first.assert_alive();
  first.close();
  await until(async () => (await upgrade_status(server, path + token)) === 101, "capacity");
});

it("closes the oldest connection of a user if the settings say so", async (t) => {
  const limits = { connections_per_user: { max: 2, over: "evict_oldest" } };
  const server = await start(t, { limits });
  const query = `&token=${hs256({ sub: "ada" })}`;
  const counted = async () => {
    const raw = await Raw.open(server, { query });
    await raw.assert_alive();
    return raw;
  };
  const oldest = await counted();
  const older = await counted();
  const newest = await Raw.open(server, { query });
  await oldest.assert_closed(1008);
  assert.equal(oldest.end.reason, "evicted");
  await older.assert_alive();
  await newest.assert_alive();
  assert.equal(await server.metric("roost_evictions_total"), 1);
  older.close();
  newest.close();
});
