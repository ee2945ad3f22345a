// SPDX-License-Identifier: Apache-2.0
// The log lines about refused and closed clients: their content, their limit, and no secrets.
import assert from "node:assert/strict";
import { it } from "node:test";
import { Raw } from "./raw.mjs";
import { Server, until } from "./server.mjs";
import { from_now, hs256, secret } from "./tokens.mjs";

const start = (t, more = {}) =>
  Server.start({
    t,
    config: {
      auth: { hs256_secret: secret, grace_ms: 0 },
      rooms: [
        { match: "room:*", allow: { join: "any" } },
        { match: "team:*", allow: { join: "grant", push: "grant" } },
      ],
      ...more,
    },
  });

const lines = (server, event) => server.log_lines(event);
const line = (server, event) =>
  until(() => lines(server, event)[0], () => `${event}\n${server.log}`);

/// Checks these fields of a line, and that it names a connection.
async function assert_line(server, event, fields) {
  const got = await line(server, event);
  assert.match(got.connection, /^\d+-\d+$/);
  for (const [key, value] of Object.entries(fields)) assert.deepEqual(got[key], value, key);
}

const opened = (server, claims = {}) =>
  Raw.open(server, { query: `&token=${hs256({ sub: "ada", ...claims })}` });

it("logs the user, topic and reason of a refused request", async (t) => {
  const server = await start(t);
  const raw = await opened(server);
  await raw.exchange(["1", "1", "team:1", "phx_join", {}]);
  await assert_line(server, "request_refused", {
    user: "ada",
    topic: "team:1",
    asked: "phx_join",
    reason: "unauthorized",
  });
  raw.close();
});

it("logs the refusals of a member by its edge and by the room's owner", async (t) => {
  const rooms = [
    { match: "small:*", members_max: 1, allow: { join: "any", push: "any" } },
    {
      match: "room:*",
      events: { msg: { bytes_max: 10 } },
      allow: { join: "any", push: [{ events: ["msg"], allow: "any" }] },
    },
  ];
  const server = await start(t, { rooms });
  const raw = await opened(server);
  await raw.join("room:1");
  for (const [event, reason] of [
    ["announce", "unauthorized"],
    ["phx_reply", "reserved_event"],
  ]) {
    await raw.exchange(["1", "2", "room:1", event, {}]);
    await until(
      () => lines(server, "request_refused").find((each) => each.asked === event),
      () => server.log,
    );
    const got = lines(server, "request_refused").filter((each) => each.asked === event);
    assert.deepEqual(
      got.map((each) => [each.user, each.topic, each.reason]),
      [["ada", "room:1", reason]],
    );
  }
  const find = (reason) =>
    until(
      () => lines(server, "request_refused").find((each) => each.reason === reason),
      () => `${reason}\n${server.log}`,
    );
  await raw.exchange(["1", "3", "room:1", "msg", { text: "longer than ten bytes" }]);
  const large = await find("payload_too_large");
  assert.deepEqual([large.user, large.topic], ["ada", "room:1"]);
  const first = await opened(server);
  await first.join("small:1");
  const second = await opened(server, { sub: "bob" });
  await second.exchange(["1", "1", "small:1", "phx_join", {}]);
  const full = await find("room_full");
  assert.deepEqual([full.user, full.topic], ["bob", "small:1"]);
  assert.match(full.connection, /^\d+-\d+$/);
  for (const each of [raw, first, second]) each.close();
});

it("logs the user and close code of a connection that is malformed or idle", async (t) => {
  const server = await start(t, { limits: { payload_bytes_max: 200, frame_bytes_max: 20_000 } });
  const ended = (code) =>
    until(
      () => lines(server, "connection_ended").find((each) => each.code === code),
      () => `${code}\n${server.log}`,
    );
  const large = await opened(server);
  large.socket.send("x".repeat(21_000));
  assert.equal((await ended(1009)).user, "ada");
  const broken = await opened(server);
  broken.socket._socket.write(Buffer.from([0xc1, 0x80, 0, 0, 0, 0])); // a reserved bit
  assert.equal((await ended(1002)).user, "ada");
  const gone = await opened(server);
  gone.socket.terminate();
  const abnormal = await ended(1006);
  assert.equal(abnormal.user, "ada");
  assert.equal(abnormal.connection, (await line(server, "abnormal_close")).connection);
  const strict = await start(t, { limits: { idle_ms: 500 } });
  const silent = await opened(strict);
  await silent.assert_closed(1001);
  await assert_line(strict, "idle_end", { peer: "127.0.0.1" });
});

it("logs the reason when the server closes a connection", async (t) => {
  const server = await start(t, { limits: { malformed_max: 1 } });
  const raw = await opened(server);
  for (let i = 0; i < 3; ++i) raw.send("{");
  await raw.assert_closed(1002);
  const fields = { user: "ada", code: 1002, reason: "malformed_message" };
  await assert_line(server, "connection_ended", fields);
});

it("does not log normal closes and drains", async (t) => {
  const server = await start(t);
  const leaves = await opened(server);
  leaves.socket.close(1000);
  await leaves.closed;
  const stays = await opened(server);
  await stays.assert_alive();
  await server.stop();
  assert.deepEqual(lines(server, "connection_ended"), []);
});

it("logs a user over the connection limit whose token came late", async (t) => {
  const server = await start(t, {
    limits: { connections_per_user: { max: 1, over: "refuse" } },
  });
  const first = await opened(server);
  await first.assert_alive();
  const late = await Raw.open(server);
  late.send([null, "1", "phoenix", "access_token", { access_token: hs256({ sub: "ada" }) }]);
  await late.assert_closed(1008);
  await assert_line(server, "connection_refused", { user: "ada", reason: "too_many_connections" });
  await assert_line(server, "connection_ended", { code: 1008, reason: "too_many_connections" });
  assert.deepEqual(lines(server, "request_refused"), []);
  first.close();
});

it("omits the user of an anonymous connection", async (t) => {
  const server = await start(t);
  const raw = await Raw.open(server);
  await raw.exchange(["1", "1", "nowhere:1", "msg", {}]);
  assert.ok(!("user" in (await line(server, "request_refused"))));
  raw.close();
});

it("logs the user of a malformed message, but not its content", async (t) => {
  const server = await start(t);
  const raw = await opened(server);
  for (const [text, reason] of [
    ['["1","1","room:1","private words"', "not_json"],
    ['["1","1","room:1","private words"]', "elements"],
    ['{"private words":1}', "not_array"],
    [Buffer.from("private words"), "binary_kind"],
  ]) {
    raw.send(text);
    await until(
      () => lines(server, "malformed").find((each) => each.reason === reason)?.user === "ada",
      () => `${reason}\n${server.log}`,
    );
  }
  assert.ok(!server.log.includes("private words"));
  raw.close();
});

it("logs a dropped message and the reason at debug level", async (t) => {
  const server = await start(t, { log: { level: "debug" } });
  const raw = await opened(server);
  await raw.join("room:1", "5");
  raw.send(["4", "6", "room:1", "msg", {}]);
  await assert_line(server, "message_dropped", {
    user: "ada",
    topic: "room:1",
    asked: "msg",
    join_ref: '"4"',
    reason: "stale_join_ref",
  });
  raw.close();
});

it("logs the user who exceeds a rate, and the name of the rate", async (t) => {
  const rates = { connection: { messages: { per_second: 1, burst: 1 } } };
  const server = await start(t, { rates });
  const raw = await opened(server);
  await raw.join("room:1");
  raw.send(Array(20).fill(["1", "2", "room:1", "msg", {}]));
  const fields = { user: "ada", topic: "room:1", rate: "connection,messages" };
  await assert_line(server, "rate_limited", fields);
  raw.close();
});

it("logs the user whose channel lost its grant, and whose token expired", async (t) => {
  const server = await start(t);
  const raw = await opened(server, { grants: { "team:1": ["join"] } });
  await raw.join("team:1");
  const short = hs256({ sub: "ada", exp: from_now(0.3) });
  raw.send([null, "2", "phoenix", "access_token", { access_token: short }]);
  await assert_line(server, "grant_lost", { user: "ada", topic: "team:1" });
  await raw.assert_closed(1008);
  await assert_line(server, "token_ended_connection", { user: "ada", reason: "token_ended" });
});

it("logs the user who is closed for too many refused requests", async (t) => {
  const server = await start(t, { limits: { refusals_per_minute_max: 3 } });
  const raw = await opened(server);
  for (let i = 0; i < 5; ++i) raw.send(["1", `${i}`, "team:1", "phx_join", {}]);
  await raw.assert_closed(1008);
  await assert_line(server, "abuse", { user: "ada" });
});

it("writes a few lines of a flood, and logs the number of dropped lines", async (t) => {
  const requests = 300;
  const server = await start(t, { limits: { refusals_per_minute_max: 0 } });
  const raw = await opened(server);
  const hundred = Array(100).fill(["1", "1", "nowhere:1", "msg", {}]);
  for (let i = 0; i < requests; i += 100) raw.send(hundred);
  for (let i = 0; i < requests; ++i) await raw.next();
  raw.close();
  const began = Date.now();
  await server.stop();
  const written = lines(server, "request_refused").length;
  const dropped = lines(server, "log_lines_dropped")
    .filter((each) => each.of === "request_refused")
    .reduce((sum, each) => sum + each.lines, 0);
  assert.equal(written + dropped, requests);
  // The limit is 20 lines in a second; a slow machine may need several seconds.
  assert.ok(dropped > 0, `${written} written in ${Date.now() - began} ms`);
});

it("logs the number of dropped lines soon, even if no other line follows", async (t) => {
  const server = await start(t, {
    limits: { refusals_per_minute_max: 0 },
    rates: { connection: { messages: { per_second: 0 } } },
  });
  const raw = await opened(server);
  const hundred = Array(100).fill(["1", "1", "nowhere:1", "msg", {}]);
  for (let i = 0; i < 5; ++i) raw.send(hundred);
  assert.equal((await line(server, "log_lines_dropped")).of, "request_refused");
  assert.ok((await server.metric("roost_log_lines_dropped_total")) > 0);
  raw.close();
});

it("never logs a token, a cookie or a key", async (t) => {
  const server = await start(t, { log: { level: "debug" }, auth: { hs256_secret: secret } });
  const token = hs256({ sub: "ada" }, "the key of somebody else, 32 bytes");
  for (const given of [
    { query: `&token=${token}` },
    { headers: { authorization: `Bearer ${token}` } },
    { headers: { cookie: `session=${token}` } },
  ]) {
    await Raw.open(server, given).then(
      (raw) => raw.close(),
      () => {},
    );
  }
  const raw = await Raw.open(server);
  await raw.exchange([null, "1", "phoenix", "access_token", { access_token: token }]);
  raw.close();
  await server.stop();
  for (const part of [token.split(".")[2], token.split(".")[1], secret]) {
    assert.ok(!server.log.includes(part), `in the log: ${part}`);
  }
  assert.ok(lines(server, "token_refused").length > 0, server.log);
});
