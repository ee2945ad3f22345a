// SPDX-License-Identifier: Apache-2.0
// Floods of connects, headers, pushes and joins: each is refused and counted, memory does not grow,
// and a well-behaved client still gets its replies.
import assert from "node:assert/strict";
import net from "node:net";
import { describe, it } from "node:test";
import { beside_a_neighbour, Neighbour } from "./neighbour.mjs";
import { Raw } from "./raw.mjs";
import { Server, sleep, until } from "./server.mjs";
import { exchange_bytes, Tcp, text, upgrade_request } from "./tcp.mjs";

const growth_bytes_max = 64 << 20;
const upgrade = (headers) => upgrade_request({ headers });
const push = (ref, topic, event, payload = {}) =>
  text(JSON.stringify(["1", `${ref}`, topic, event, payload]));

let server;
const has_not_grown = beside_a_neighbour((beside) => ({ server } = beside), {
  sets: {
    "limits.handshake_ms": 5_000,
    "limits.close_ms": 500,
    "limits.rooms_max": 500,
    // This is not the address of most floods below, so those are untrusted.
    "listen.trusted_proxies": '["127.0.0.1/32"]',
    // The rate refills very slowly, so that a slow machine still exceeds it.
    "rates.address.connects.per_second": 1,
    "rates.address.connects.burst": 400,
    "rates.connection.joins.per_second": 1,
  },
});

/// The head of the response to `request` from `address`; "" if the connection is reset.
const response_to = (request, address) =>
  exchange_bytes(server.port, request, {
    address,
    is_enough: (received) => received.includes("\r\n\r\n"),
  });

/// The responses to `count` concurrent upgrades.
const crowd = (count, address, headers = () => "") =>
  Promise.all(Array.from({ length: count }, (_, n) => response_to(upgrade(headers(n)), address)));

const status_of = (response) => Number(response.split(" ")[1] ?? 0);
const count_by_status = (responses) =>
  responses.map(status_of).reduce((sum, each) => ({ ...sum, [each]: (sum[each] ?? 0) + 1 }), {});

it("answers 429 to an address that connects too fast, and upgrades other addresses", async () => {
  const refused = await server.grows("roost_rate_refusals_total", 'kind="connects"');
  const answers = [];
  for (let round = 0; round < 10; round += 1) {
    answers.push(...(await crowd(100, "127.0.0.9")));
  }
  const counts = count_by_status(answers);
  assert.ok(counts[101] >= 400 && counts[429] > 0, JSON.stringify(counts));
  assert.equal(counts[101] + counts[429], 1_000, JSON.stringify(counts));
  const limited = answers.find((each) => status_of(each) === 429);
  assert.match(limited, /^Retry-After: [1-9]\d*\r$/m);
  assert.equal(await refused.by(), counts[429]);
  assert.equal(status_of(await response_to(upgrade(), "127.0.0.10")), 101);
});

it("evicts the rate buckets of addresses that are full again when others connect", async () => {
  const from = (n) => `X-Forwarded-For: 198.18.${n >> 8}.${n & 255}\r\n`;
  const connect_addresses = async (first, count) => {
    for (let n = first; n < first + count; n += 100) {
      const some = await crowd(100, "127.0.0.1", (i) => from(n + i));
      assert.deepEqual(count_by_status(some), { 101: 100 });
    }
    return server.metric("roost_rate_buckets");
  };
  // Twenty addresses that connect five times each; their buckets are full again after 5 s.
  await crowd(100, "127.0.0.1", (i) => from(10_000 + (i % 20)));
  assert.ok((await server.metric("roost_rate_buckets")) >= 20);
  await connect_addresses(0, 2_000);
  await sleep(5_100); // all buckets are full again
  const left = await connect_addresses(2_000, 2_000);
  assert.ok(left < 2_500, `${left} of 4,000 are kept`);
  const gone = async () => (await server.metric("roost_connections")) === 1;
  await until(gone, "the end of all but the neighbour");
});

it("applies the rate of a client that connects through a trusted proxy", async () => {
  const same = "X-Forwarded-For: 203.0.113.77, 127.0.0.1\r\n";
  const answers = [];
  for (let round = 0; round < 6; round += 1) {
    answers.push(...(await crowd(100, "127.0.0.1", () => same)));
  }
  const counts = count_by_status(answers);
  assert.ok(counts[101] >= 400 && counts[429] > 0, JSON.stringify(counts));
});

it("closes 2,000 half-open upgrades at their timeout, and serves other clients", async () => {
  const cut = await server.grows("roost_handshakes_refused_total", "handshake_timeout");
  const sockets = [];
  for (let n = 0; n < 2_000; n += 1) {
    const host = `127.0.${1 + (n % 8)}.1`;
    const socket = net.connect({ port: server.port, host: "127.0.0.1", localAddress: host });
    socket.on("connect", () => socket.write(upgrade().slice(0, 20 + (n % 100))));
    socket.on("error", () => {});
    socket.ended = new Promise((done) => socket.on("close", done));
    sockets.push(socket);
    if (n % 100 === 99) await sleep(5);
  }
  const pending = await server.metric("roost_upgrades_pending");
  assert.ok(pending > 100, `${pending} were pending`);
  assert.equal(status_of(await response_to(upgrade(), "127.0.0.20")), 101);
  await Promise.all(sockets.map(({ ended }) => ended));
  await until(async () => (await server.metric("roost_upgrades_pending")) === 0, "none pending");
  assert.ok((await cut.by()) > 1_000);
});

it("answers a header flood with 431, and buffers little of it", async () => {
  const refused = await server.grows("roost_http_requests_total", "4xx");
  const late = await server.grows("roost_handshakes_refused_total", "handshake_timeout");
  const head = "GET / HTTP/1.1\r\nHost: a\r\n";
  const many_lines = Buffer.from(head + `X: ${"y".repeat(200)}\r\n`.repeat(400));
  const one_line = Buffer.from(`${head}X: ${"z".repeat(12_000_000)}`);
  const kind = (n) => (n % 2 ? many_lines : one_line);
  const floods = Array.from({ length: 50 }, (_, n) => response_to(kind(n), "127.0.0.1"));
  // A client that is closed while it still writes may lose the response.
  const statuses = (await Promise.all(floods)).map(status_of);
  assert.ok(statuses.every((status) => status === 431 || status === 0), statuses.join());
  assert.ok((await refused.by()) + (await late.by()) >= 50);
  // This client has written everything.
  const lone = await response_to(`${head}X: ${"z".repeat(20_000)}\r\n\r\n`, "127.0.0.1");
  assert.equal(status_of(lone), 431);
});

describe("with a rate that refills very slowly", () => {
  let strict;
  const sets = {
    "rates.connection.messages.per_second": 2,
    "rates.connection.messages.burst": 200,
  };
  const strict_has_not_grown = beside_a_neighbour(
    (beside) => ({ server: strict } = beside),
    { sets },
    600, // a pause with which the neighbour stays below the rate
  );

  it("refuses pushes over the rate, answers heartbeats, then closes with 1008", async () => {
    const limited = await strict.grows("roost_rate_refusals_total", 'kind="messages"');
    const flood = await Tcp.open(strict);
    flood.send(push(1, "room:flood", "phx_join"));
    await flood.until(() => flood.texts().length === 1, "joined");
    const pushes = (first, count) =>
      Array.from({ length: count }, (_, n) => push(first + n, "room:flood", "msg"));
    flood.send(...pushes(2, 318), text(JSON.stringify([null, "h", "phoenix", "heartbeat", {}])));
    const beat = () => flood.texts().some(([, ref]) => ref === "h");
    assert.ok(await flood.until(beat, "the heartbeat's reply"));
    const is_answer = ([, ref, , event]) => event === "phx_reply" && ref !== "h";
    const answers = () => flood.texts().filter(is_answer);
    assert.ok(await flood.until(() => answers().length === 319, "an answer to each"));
    const refs = answers().map(([, ref]) => Number(ref));
    assert.deepEqual(refs, [...refs].sort((a, b) => a - b));
    const no = answers().filter(([, , , , { status }]) => status === "error");
    assert.deepEqual(no.at(-1)[4].response, { reason: "rate limited", code: 103 });
    assert.ok((await limited.by()) >= no.length);
    for (let n = 0; n < 2_000 && !flood.ended; n += 50) {
      flood.send(...pushes(1_000 + n, 50));
      await sleep(1);
    }
    assert.equal(await flood.close_code(), 1008);
    flood.destroy();
  });

  strict_has_not_grown(growth_bytes_max);
});

it("refuses a join storm, and creates no more rooms than rooms_max", async () => {
  const refused = await server.grows("roost_rate_refusals_total", 'kind="joins"');
  const storms = await Promise.all(Array.from({ length: 8 }, () => Tcp.open(server)));
  storms.forEach((storm, s) => {
    const both = (n) => [
      push(`${n}`, `room:storm:${s}:${n}`, "phx_join"),
      push(`l${n}`, `room:storm:${s}:${n}`, "phx_leave"),
    ];
    storm.send(...Array.from({ length: 300 }, (_, n) => both(n)).flat());
  });
  for (const storm of storms) {
    const is_join = ([, ref, , event]) => event === "phx_reply" && ref[0] !== "l";
    const joins = () => storm.texts().filter(is_join);
    await storm.until(() => joins().length === 300, "an answer to each join");
    const reasons = new Set(joins().map(([, , , , { response }]) => response.reason ?? "ok"));
    assert.ok(reasons.has("rate limited"), Array.from(reasons).join());
  }
  assert.ok((await refused.by()) > 0);
  assert.ok((await server.metric("roost_rooms")) <= 502);
  storms.forEach((storm) => storm.destroy());
});

it("serves its clients while a full node answers 503", async (t) => {
  const small = await Server.start({ t, sets: { "node.connections_max": 3 } });
  const beside = await Neighbour.open(small);
  const more = [await Raw.open(small), await Raw.open(small)];
  const answer = await fetch(`${small.url}/ready`);
  assert.equal(answer.status, 503);
  assert.equal(await small.metric("roost_ready"), 0);
  const refused = await exchange_bytes(small.port, upgrade(), { is_enough: () => true });
  assert.match(refused, /^HTTP\/1\.1 503 [^]*^Retry-After: \d+\r$/m);
  await beside.assert_served();
  more.forEach((raw) => raw.close());
  await until(async () => (await fetch(`${small.url}/ready`)).status === 200, "a free connection");
  assert.equal(await small.metric("roost_ready"), 1);
  await beside.close();
  await small.stop();
});

has_not_grown(growth_bytes_max);
