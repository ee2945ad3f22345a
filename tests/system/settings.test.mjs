// SPDX-License-Identifier: Apache-2.0
// Settings: which the process accepts, and its messages about them.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { binary_push, ok_position, Raw, upgrade_status } from "./raw.mjs";
import { binary, run_binary, Server, temporary_folder, until } from "./server.mjs";
import { hs256, secret } from "./tokens.mjs";

/// Writes files into a temporary folder, and returns their paths.
function files(t, contents) {
  const folder = temporary_folder(t);
  return Object.entries(contents).map(([name, text]) => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  });
}

async function check(t, config) {
  const [file] = files(t, { "roost.json": JSON.stringify(config) });
  return run_binary(["check", "--config", file]);
}

it("does not start if the variable of a setting has single underscores", async () => {
  const names = { ROOST_AUTH_HS256_SECRET: "x".repeat(32), ROOST_API_KEY: "k", ROOST_PORT: "4100" };
  for (const [name, value] of Object.entries(names)) {
    const { code, err } = await run_binary(["serve", "--set", "listen.port=0"], { [name]: value });
    assert.equal(code, 1, err);
    const expected = "is not a setting: .* two underscores, ROOST_[A-Z]+__[A-Z0-9_]+";
    assert.match(err, new RegExp(`^${name}: ${expected}`));
  }
});

it("starts with the variables that Kubernetes sets for a service called roost", async (t) => {
  const names = {
    ROOST_PORT: "tcp://10.0.0.1:4000",
    ROOST_ADMIN_PORT: "tcp://10.0.0.1:4001",
    ROOST_SERVICE_HOST: "10.0.0.1",
    ROOST_SERVICE_PORT: "4000",
    ROOST_PORT_4000_TCP: "tcp://10.0.0.1:4000",
    ROOST_PORT_4000_TCP_ADDR: "10.0.0.1",
  };
  const set = Object.entries(names).map(([name, value]) => `${name}=${value}`);
  const server = await Server.start({ t, program: ["env", ...set, binary] });
  await server.stop();
});

it("prints at startup whether tokens are on", async (t) => {
  const open = await Server.start({ t });
  const prints = (server, text) =>
    until(() => server.out.includes(`roost: tokens are ${text}\n`), () => server.out);
  await prints(open, "off: no token key is set, so everybody may join");
  const config = { auth: { hs256_secret: secret }, sockets: [{ auth: "required" }] };
  const closed = await Server.start({ t, config });
  await prints(closed, "on: auth.hs256_secret; auth: required on /socket; joins: user");
  await Promise.all([open.stop(), closed.stop()]);
});

it("accepts tokens signed with a secret whose file has a byte order mark", async (t) => {
  const [hs256_secret_file] = files(t, { secret: `\ufeff${secret}\r\n` });
  const server = await Server.start({ t, config: { auth: { hs256_secret_file } } });
  const path = `/socket/websocket?vsn=2.0.0&token=${hs256({ sub: "ann" })}`;
  assert.equal(await upgrade_status(server, path), 101);
  await server.stop();
});

it("suggests the nearest command, and names a bad address once", async () => {
  const misspelled = await run_binary(["srve"]);
  assert.equal(misspelled.code, 2);
  assert.match(misspelled.err, /^roost: unknown command srve; did you mean serve\?$/m);
  const health = await run_binary(["health", "--url", "foo"]);
  assert.equal(health.code, 1);
  assert.equal(health.err, "roost: foo is not a URL such as http://127.0.0.1:4000\n");
  const silent = await run_binary(["health", "--url", "http://127.0.0.1:1/"]);
  assert.equal(silent.err, "roost: http://127.0.0.1:1/ cannot be reached: Connection refused\n");
  const help = await run_binary(["--help"]);
  assert.match(help.out, /^ +docs /m);
  assert.match(help.out, /docs\/README\.md/);
});

it("lists every setting with its default as JSON", async () => {
  const { out } = await run_binary(["settings", "--format", "json"]);
  for (const one of JSON.parse(out)) {
    assert.ok("default" in one, one.key);
    if (one.secret) assert.equal(one.default, "", one.key);
  }
});

it("refuses a payload limit whose frames do not fit into an outbox", async (t) => {
  for (const [payload_bytes_max, outbox_bytes_max] of [
    [65_536, 65_536],
    [800_000, 1_000_000],
    [262_144, 262_144],
  ]) {
    const { code, err } = await check(t, { limits: { payload_bytes_max, outbox_bytes_max } });
    assert.equal(code, 1, err);
    assert.match(err, /^limits\.payload_bytes_max: is \d+, must be at most \d+ to fit /);
    assert.match(err, /limits\.outbox_bytes_max \(\d+\)$/m);
  }
});

it("delivers the largest payload that the check accepts, with the longest names", async (t) => {
  const payload_bytes_max = 747_696;
  const limits = { payload_bytes_max };
  const { code, err } = await check(t, { limits });
  assert.equal(code, 0, err);
  const server = await Server.start({ t, sets: { "limits.payload_bytes_max": payload_bytes_max } });
  const topic = `room:${'"'.repeat(250)}`;
  const event = '"'.repeat(255);
  const sender = await Raw.open(server);
  await sender.join(topic);
  const text_member = await Raw.open(server, { vsn: "1.0.0" });
  const join_message = { topic, event: "phx_join", payload: {}, ref: "1", join_ref: "1" };
  assert.equal((await text_member.exchange(join_message)).payload.status, "ok");
  const data = Buffer.alloc(payload_bytes_max, "a");
  const reply = await sender.exchange(binary_push("1", "2", topic, event, data));
  ok_position(reply, ["1", "2", topic]);
  assert.ok(Buffer.isBuffer(await sender.next_raw()), "its own broadcast");
  const is_whole = ({ event: name, payload }) =>
    name === event && Buffer.from(payload.payload_base64, "base64").equals(data);
  assert.ok(is_whole(await text_member.next()));
  const payload = { x: "a".repeat(payload_bytes_max - '{"x":""}'.length) };
  const answer = await text_member.exchange({ topic, event, payload, ref: "2", join_ref: "1" });
  assert.equal(answer.payload.status, "ok");
  assert.deepEqual((await text_member.next()).payload, payload);
  assert.deepEqual((await sender.next())[4], payload);
  await sender.assert_alive();
  await server.stop();
});

it("validates payloads by their schema as JSON Schema does", async (t) => {
  const [schema_file] = files(t, {
    "msg.json": JSON.stringify({
      properties: {
        name: { pattern: "^[a-z]{1,10}$" },
        line: { pattern: "^.{1,20}$" },
        letters: { pattern: "^\\p{L}+$" },
        space: { pattern: "^\\s$" },
        n: { type: "integer", minimum: 0 },
        price: { multipleOf: 0.01 },
      },
    }),
  });
  const rooms = [{ match: "*", presence: { mode: "off" }, events: { msg: { schema_file } } }];
  const server = await Server.start({ t, config: { rooms } });
  const raw = await Raw.open(server);
  await raw.join("room:1");
  const status = async (payload) => {
    const [, , , , reply] = await raw.exchange(`["1","2","room:1","msg",${payload}]`);
    if (reply.status === "ok") await raw.next(); // its own broadcast
    return reply.status;
  };
  for (const [payload, expected] of [
    ['{"name":"ann"}', "ok"],
    ['{"name":"ann\\n<script>"}', "error"],
    ['{"name":"ann\\n"}', "error"],
    ['{"line":"one"}', "ok"],
    ['{"line":"two\\nlines"}', "error"],
    ['{"letters":"\\u00e9"}', "ok"],
    ['{"letters":"1"}', "error"],
    ['{"space":"\\u00a0"}', "ok"],
    ...["1.0", "1e2", "-0.0", "18446744073709551616", "9223372036854775808"].map((n) => [
      `{"n":${n}}`,
      "ok",
    ]),
    ['{"n":1.5}', "error"],
    ['{"n":-1}', "error"],
    ['{"price":19.99}', "ok"],
    ['{"price":19.999}', "error"],
  ]) {
    assert.equal(await status(payload), expected, payload);
  }
  for (const pattern of ["\\z", "[[:alpha:]]", "(?i)a", "a(?=b)"]) {
    const [bad] = files(t, { "bad.json": JSON.stringify({ pattern }) });
    const events = { msg: { schema_file: bad } };
    const { code, err } = await check(t, { rooms: [{ match: "*", events }] });
    assert.equal(code, 1);
    assert.match(err, /rooms\[0\]\.events\.msg\.schema_file: .* the pattern .* is refused: /);
  }
  await server.stop();
});

it("treats 1.0 as 1 in joins and receipts", async (t) => {
  const rooms = [{ match: "*", presence: { mode: "off" } }];
  const server = await Server.start({ t, config: { rooms } });
  const raw = await Raw.open(server, { query: "&positions=true" });
  const { epoch } = await raw.join("room:1");
  for (const n of [1, 2, 3]) {
    await raw.exchange(["1", `${n}`, "room:1", "msg", { n }]);
    await raw.next();
  }
  const joined = async (options) => {
    const other = await Raw.open(server);
    const [, , , , reply] = await other.exchange(`["1","1","room:1","phx_join",${options}]`);
    other.close();
    return reply;
  };
  const resumed = await joined(`{"resume":{"epoch":"${epoch}","offset":1.0}}`);
  assert.equal(resumed.response?.missed, 2, JSON.stringify(resumed));
  assert.equal((await joined('{"history":5.0}')).response?.missed, 3);
  const mark = `["1","9","room:1","mark_read",{"epoch":"${epoch}","offset":1.0}]`;
  assert.equal((await raw.exchange(mark))[4].status, "ok");
  await server.stop();
});
