// SPDX-License-Identifier: Apache-2.0
// Checks every metric by causing the event that it counts. metrics_elsewhere.mjs names the tests of
// the other metrics.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { after, it } from "node:test";
import { fileURLToPath } from "node:url";
import { call, ok, post } from "./api_calls.mjs";
import { Member } from "./member.mjs";
import { tested_in } from "./metrics_elsewhere.mjs";
import { Raw, upgrade_status } from "./raw.mjs";
import { Server, until } from "./server.mjs";
import { from_now, hs256, secret } from "./tokens.mjs";

const held_by_rooms = {
  roost_rooms_with_history: 1,
  roost_history_bytes: true,
  roost_presence_bytes: true,
  roost_idempotency_bytes: true,
  roost_receipt_bytes: true,
};
const tested = new Set();
const quiet = { presence: { mode: "off" } };
const ada = (claims = {}) => hs256({ sub: "ada", ...claims });
const quiet_rule = { match: "*", allow: { join: "any" }, ...quiet };
const start = (t, config) =>
  Server.start({ t, config: { auth: { hs256_secret: secret }, rooms: [quiet_rule], ...config } });

/// Waits until each metric has its value, or is above 0: {"name" or "name label": number or true}.
async function assert_moved(server, expected) {
  for (const [key, value] of Object.entries(expected)) {
    const [name, label = ""] = key.split(" ");
    const read = () => server.metric(name, label && `="${label}"`);
    const is_there = async () => ((n) => (value === true ? n > 0 : n === value))(await read());
    await until(is_there, () => `${key} = ${value}`);
    tested.add(name);
  }
}

/// Waits until the messages of each class have this count in one direction.
async function assert_messages(server, direction, expected) {
  for (const [name, value] of Object.entries(expected)) {
    const label = `class="${name}",direction="${direction}"`;
    const read = () => server.metric("roost_messages_total", label);
    const is_there = async () => (await read()) === value;
    await until(is_there, () => label);
  }
}

it("counts joins, messages and memory of a room", async (t) => {
  const server = await start(t, {
    rooms: [
      {
        match: "room:*",
        allow: { join: "any" },
        ephemeral: ["typing"],
        idempotency_field: "id",
        receipts: { window_ms: 0 },
        presence: { window_ms: 0 },
      },
    ],
  });
  const raw = await Raw.open(server, { query: `&token=${ada()}` });
  const say = (...message) => raw.send(["1", "x", "room:1", ...message]);
  say("phx_join", {});
  const position = (await raw.next())[4].response;
  say("msg", { id: "a" });
  say("msg", { id: "a" });
  say("typing", {});
  say("presence_update", { mood: "fine" });
  say("mark_read", { epoch: position.epoch, offset: position.offset + 1 });
  raw.send([null, "h", "phoenix", "heartbeat", {}]);
  raw.send([null, "t", "phoenix", "access_token", { access_token: ada() }]);
  await assert_messages(server, "in", {
    ...{ join: 1, push: 2, ephemeral: 1, presence: 1, receipt: 1, heartbeat: 1, token: 1 },
  });
  await assert_messages(server, "out", { reply: 8, broadcast: 1, ephemeral: 1, receipt: 1 });
  const label = 'class="presence",direction="out"';
  assert.ok((await server.metric("roost_messages_total", label)) >= 2);
  await assert_moved(server, {
    roost_connections: 1,
    roost_connections_opened_total: 1,
    roost_rooms: 1,
    roost_members: 1,
    roost_messages_in_total: 8,
    roost_messages_total: true,
    "roost_joins_total ok": 1,
    roost_events_ordered_total: 1,
    roost_repeated_pushes_total: 1,
    roost_presence_diffs_total: true,
    roost_receipts_marked_total: 1,
    ...held_by_rooms,
    roost_deliveries_out_total: true,
    roost_encodes_total: true,
    roost_bytes_in_total: true,
    roost_bytes_out_total: true,
    roost_sends_total: true,
    roost_loops: true,
    roost_ready: 1,
    roost_process_resident_bytes: true,
    roost_process_open_fds: true,
    "roost_auth_results_total ok": 2,
  });
  const back = await Member.join(server, "room:1", { payload: { resume: position } });
  assert.equal(back.joined.recovered, true);
  await assert_moved(server, { "roost_resumes_total recovered": 1 });
  say("phx_leave", {});
  await assert_messages(server, "in", { leave: 1 });
  await assert_messages(server, "out", { close: 1 });
  raw.close();
  back.close();
  await assert_promtool_agrees(server);
  await assert_moved(server, {
    roost_connections: 0,
    roost_members: 0,
    "roost_connections_closed_total 1006": 2,
    roost_abnormal_closes_total: 2,
  });
});

/// Checks that promtool finds no problem in the text of /metrics.
async function assert_promtool_agrees(server) {
  const input = await (await fetch(`${server.admin_url}/metrics`)).text();
  const checked = spawnSync("promtool", ["check", "metrics"], { input, encoding: "utf8" });
  const missing = "promtool is missing. Install it: apt-get install prometheus";
  const { error } = checked;
  assert.ok(!error, error?.code === "ENOENT" ? missing : error?.message);
  assert.deepEqual([checked.status, checked.stdout, checked.stderr], [0, "", ""]);
}

it("times one message in sixteen, and one iteration of the loop", async (t) => {
  const server = await start(t);
  const raw = await Raw.open(server);
  for (let i = 0; i < 64; ++i) await raw.assert_alive();
  raw.close();
  const timed = ["roost_handling_seconds", "roost_loop_turn_seconds"];
  for (const name of timed) await assert_moved(server, { [`${name}_count`]: true });
  await assert_promtool_agrees(server);
  for (const name of timed) tested.add(name);
});

it("counts refusals by reason", async (t) => {
  const server = await start(t, {
    limits: { rooms_max: 1 },
    rates: {
      connection: { messages: { per_second: 1, burst: 8 } },
      address: { messages: { per_second: 1, burst: 1_000 } }, // kept until it is full again
    },
  });
  assert.equal(await upgrade_status(server, "/socket/websocket?vsn=9.0.0"), 403);
  const raw = await Raw.open(server);
  raw.send("{");
  await raw.join("room:1");
  raw.send(["stale", "1", "room:1", "msg", {}]);
  for (const topic of ["room:2", "$sys"]) await raw.exchange([null, "2", topic, "phx_join", {}]);
  raw.send(Array(100).fill(["1", "3", "room:1", "msg", {}]));
  await assert_moved(server, {
    "roost_handshakes_refused_total version_refused": 1,
    "roost_malformed_total not_json": 1,
    "roost_messages_dropped_total stale_join_ref": 1,
    "roost_joins_total error": 1,
    roost_rooms_refused_total: 1,
    "roost_pushes_refused_total unmatched_topic": 1,
    "roost_http_requests_total 2xx": true,
    "roost_http_requests_total 4xx": 1,
    roost_rate_refusals_total: true,
    roost_rate_buckets: true,
  });
  await assert_promtool_agrees(server);
  raw.close();
});

it("counts the log lines that it drops", async (t) => {
  const server = await start(t);
  const raw = await Raw.open(server);
  const hundred = Array(100).fill(["1", "1", "$sys", "msg", {}]);
  for (let i = 0; i < 5; ++i) raw.send(hundred); // of which 20 a second are written
  await assert_moved(server, { roost_log_lines_dropped_total: true });
  raw.close();
});

it("counts the results of tokens, users and revocations", async (t) => {
  const server = await start(t, {
    auth: { hs256_secret: secret, grace_ms: 60_000 },
    limits: { connections_per_user: { max: 1, over: "evict_oldest" } },
  });
  const open = (claims) => Raw.open(server, { query: `&token=${ada(claims)}` });
  const first = await open();
  await first.assert_alive();
  const second = await open({ exp: from_now(0.2) });
  await first.assert_closed(1008);
  assert.equal((await second.next())[3], "token_expired");
  const refresh = [null, "1", "phoenix", "access_token", { access_token: ada() }];
  assert.equal((await second.exchange(refresh))[4].status, "ok");
  await assert_messages(server, "out", { notice: 1 });
  await ok(post(server, "/api/revoke", { user: "ada" }));
  await second.assert_closed(1008);
  await ok(post(server, "/api/revoke", { token_id: "t1" }));
  assert.equal((await call(server, "/api/room")).status, 400);
  assert.equal(await upgrade_status(server, `/socket/websocket?vsn=2.0.0&token=${ada()}`), 403);
  await assert_moved(server, {
    roost_evictions_total: 1,
    "roost_token_expiries_total warned": 1,
    "roost_token_expiries_total refreshed": 1,
    "roost_token_expiries_total ended": 0,
    "roost_revocations_total user": 1,
    "roost_revocations_total token": 1,
    "roost_auth_results_total revoked": 1,
    roost_api_requests_total: 3,
    "roost_connections_closed_total 1008": 2,
  });
});

it("counts tokens that expire after the grace period", async (t) => {
  const server = await start(t, { auth: { hs256_secret: secret, grace_ms: 100 } });
  const raw = await Raw.open(server, { query: `&token=${ada({ exp: from_now(0.2) })}` });
  await raw.assert_closed(1008);
  await assert_messages(server, "out", { notice: 1 });
  await assert_moved(server, {
    "roost_token_expiries_total warned": 1,
    "roost_token_expiries_total refreshed": 0,
    "roost_token_expiries_total ended": 1,
    "roost_connections_closed_total 1008": 1,
  });
});

it("counts idle closes, pings, reloads, and failed fetches of keys", async (t) => {
  const server = await start(t, {
    auth: { jwks_url: "http://127.0.0.1:9/keys" }, // the port "discard", which is closed
    limits: { idle_ms: 1_000, ping_ms: 200 },
  });
  const raw = await Raw.open(server);
  raw.socket.pause(); // its pongs would keep it alive
  process.kill(server.pid, "SIGHUP");
  await assert_moved(server, {
    roost_pings_sent_total: true,
    roost_idle_ends_total: 1,
    "roost_reloads_total unchanged": 1,
    "roost_jwks_fetches_total failed": true,
  });
  raw.close();
});

it("notifies its clients of a drain, and counts the notifications", async (t) => {
  // One of them is closed at once, the others after minutes.
  const slow = { "drain.spread_ms": 600_000, "drain.connections_per_second": 0 };
  const long = { ...slow, "drain.timeout_ms": 900_000, "node.loops": 1 };
  const server = await Server.start({ t, sets: long });
  const raws = [await Raw.open(server), await Raw.open(server), await Raw.open(server)];
  for (const each of raws) await each.assert_alive();
  process.kill(server.pid, "SIGTERM");
  await assert_moved(server, { roost_ready: 0, "roost_connections_closed_total 1012": true });
  assert.ok((await server.metric("roost_messages_total", 'class="notice"')) > 0);
  process.kill(server.pid, "SIGINT");
  await server.exited;
});

after(async () => {
  const server = await Server.start();
  const names = Object.keys(await server.metrics()).map((key) => key.split("{")[0]);
  await server.stop();
  const missing = new Set(names.map((name) => name.replace(/_(bucket|sum|count)$/, "")));
  tested.forEach((name) => missing.delete(name));
  for (const [file, listed] of Object.entries(tested_in)) {
    const text = readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), "utf8");
    for (const name of listed.split(" ")) {
      const short = name.replace(/_total$/, "").replace(/_seconds$/, "");
      const named = ["counter", "gauge", "histogram"].map((kind) => `${kind}::${short}`);
      named.push(`roost_${name}`);
      assert.ok(named.some((each) => text.includes(each)), `${file} does not mention ${name}`);
      missing.delete(`roost_${name}`);
    }
  }
  assert.deepEqual([...missing], [], "no test covers these");
});
