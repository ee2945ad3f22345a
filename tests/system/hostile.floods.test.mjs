// Clients that want too much: each is refused, counted, costs no memory that stays, and a
// well-behaved client beside it keeps its replies.
import assert from "node:assert/strict";
import net from "node:net";
import { describe, it } from "node:test";
import { beside_a_neighbour, Neighbour } from "./neighbour.mjs";
import { Raw } from "./raw.mjs";
import { Server, until } from "./server.mjs";
import { Tcp, text } from "./tcp.mjs";

const growth_bytes_max = 64 << 20;
const upgrade = (more = "") =>
  "GET /socket/websocket?vsn=2.0.0 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n" +
  "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
  `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`;
const push = (ref, topic, event, payload = {}) =>
  text(JSON.stringify(["1", `${ref}`, topic, event, payload]));

let server;
const has_not_grown = beside_a_neighbour((beside) => ({ server } = beside), {
  sets: {
    "limits.handshake_ms": 5_000,
    "limits.close_ms": 500,
    "limits.rooms_max": 500,
    // Not the address of the floods below: those are strangers.
    "listen.trusted_proxies": '["127.0.0.1/32"]',
    // Next to nothing grows back, so that no flood is too slow to be one.
    "rates.address.connects.per_second": 1,
    "rates.address.connects.burst": 400,
    "rates.connection.joins.per_second": 1,
  },
});

/// What a connection from `address` is answered to `request`; "" where it is cut.
function asked(request, address) {
  return new Promise((done) => {
    let got = "";
    const socket = net.connect({ port: server.port, host: "127.0.0.1", localAddress: address });
    const end = () => (socket.destroy(), done(got));
    socket.on("connect", () => socket.write(request));
    socket.on("data", (data) => ((got += data), got.includes("\r\n\r\n") && end()));
    socket.on("error", end).on("close", end);
  });
}

/// The answers to `count` upgrades at once.
const crowd = (count, address, more = () => "") =>
  Promise.all(Array.from({ length: count }, (_, n) => asked(upgrade(more(n)), address)));

const status_of = (answer) => Number(answer.split(" ")[1] ?? 0);
const tally = (answers) =>
  answers.map(status_of).reduce((sum, each) => ({ ...sum, [each]: (sum[each] ?? 0) + 1 }), {});

it("answers 429 to an address that connects too fast, and upgrades the others", async () => {
  const refused = await server.grows("roost_rate_refusals_total", 'kind="connects"');
  const answers = [];
  for (let round = 0; round < 10; round += 1) {
    answers.push(...(await crowd(100, "127.0.0.9")));
  }
  const counts = tally(answers);
  assert.ok(counts[101] >= 400 && counts[429] > 0, JSON.stringify(counts));
  assert.equal(counts[101] + counts[429], 1_000, JSON.stringify(counts));
  const limited = answers.find((each) => status_of(each) === 429);
  assert.match(limited, /^Retry-After: [1-9]\d*\r$/m);
  assert.equal(await refused.by(), counts[429]);
  assert.equal(status_of(await asked(upgrade(), "127.0.0.10")), 101);
});

it("forgets addresses whose rate is whole again, as others come", async () => {
  const from = (n) => `X-Forwarded-For: 198.18.${n >> 8}.${n & 255}\r\n`;
  const come = async (first, count) => {
    for (let n = first; n < first + count; n += 100) {
      const some = await crowd(100, "127.0.0.1", (i) => from(n + i));
      assert.deepEqual(tally(some), { 101: 100 });
    }
    return server.metric("roost_rate_buckets");
  };
  // Twenty that connect five times each: whole again after five seconds, one a connect.
  await crowd(100, "127.0.0.1", (i) => from(10_000 + (i % 20)));
  assert.ok((await server.metric("roost_rate_buckets")) >= 20);
  await come(0, 2_000);
  await new Promise((done) => setTimeout(done, 5_100)); // each has paid for its connects
  const left = await come(2_000, 2_000);
  assert.ok(left < 2_500, `${left} are remembered of 4,000`);
  const gone = async () => (await server.metric("roost_connections")) === 1;
  await until(gone, "the end of all but the neighbour");
});

it("counts what a trusted proxy forwards for one client as that client's", async () => {
  const same = "X-Forwarded-For: 203.0.113.77, 127.0.0.1\r\n";
  const answers = [];
  for (let round = 0; round < 6; round += 1) {
    answers.push(...(await crowd(100, "127.0.0.1", () => same)));
  }
  const counts = tally(answers);
  assert.ok(counts[101] >= 400 && counts[429] > 0, JSON.stringify(counts));
});

it("cuts two thousand half-open upgrades in time, and serves others meanwhile", async () => {
  const cut = await server.grows("roost_handshakes_refused_total", "handshake_timeout");
  const sockets = [];
  for (let n = 0; n < 2_000; n += 1) {
    const host = `127.0.${1 + (n % 8)}.1`;
    const socket = net.connect({ port: server.port, host: "127.0.0.1", localAddress: host });
    socket.on("connect", () => socket.write(upgrade().slice(0, 20 + (n % 100))));
    socket.on("error", () => {});
    socket.ended = new Promise((done) => socket.on("close", done));
    sockets.push(socket);
    if (n % 100 === 99) await new Promise((done) => setTimeout(done, 5));
  }
  const most = await server.metric("roost_upgrades_pending");
  assert.ok(most > 100, `${most} were pending`);
  assert.equal(status_of(await asked(upgrade(), "127.0.0.20")), 101);
  await Promise.all(sockets.map(({ ended }) => ended));
  await until(async () => (await server.metric("roost_upgrades_pending")) === 0, "none pending");
  assert.ok((await cut.by()) > 1_000);
});

it("answers a header flood with 431 and holds little of it", async () => {
  const refused = await server.grows("roost_http_requests_total", "4xx");
  const late = await server.grows("roost_handshakes_refused_total", "handshake_timeout");
  const head = "GET / HTTP/1.1\r\nHost: a\r\n";
  const many_lines = Buffer.from(head + `X: ${"y".repeat(200)}\r\n`.repeat(400));
  const one_line = Buffer.from(`${head}X: ${"z".repeat(12_000_000)}`);
  const kind = (n) => (n % 2 ? many_lines : one_line);
  const floods = Array.from({ length: 50 }, (_, n) => asked(kind(n), "127.0.0.1"));
  // Whoever is cut while it still writes may lose the answer.
  const statuses = (await Promise.all(floods)).map(status_of);
  assert.ok(statuses.every((status) => status === 431 || status === 0), statuses.join());
  assert.ok((await refused.by()) + (await late.by()) >= 50);
  // This one has nothing left to write.
  const lone = await asked(`${head}X: ${"z".repeat(20_000)}\r\n\r\n`, "127.0.0.1");
  assert.equal(status_of(lone), 431);
});

describe("where next to no message grows back, so that no flood is too slow to be one", () => {
  let strict;
  const sets = {
    "rates.connection.messages.per_second": 2,
    "rates.connection.messages.burst": 200,
  };
  const strict_has_not_grown = beside_a_neighbour(
    (beside) => ({ server: strict } = beside),
    { sets },
    600, // it keeps to that rate
  );

  it("answers pushes over the rate, heartbeats always, and ends whom nothing stops", async () => {
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
      await new Promise((done) => setTimeout(done, 1));
    }
    assert.equal(await flood.close_code(), 1008);
    flood.destroy();
  });

  strict_has_not_grown(growth_bytes_max);
});

it("answers a join storm, and makes no more rooms than it may", async () => {
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

it("serves those that are in while a full node answers 503", async (t) => {
  const small = await Server.start({ t, sets: { "node.connections_max": 3 } });
  const beside = await Neighbour.open(small);
  const more = [await Raw.open(small), await Raw.open(small)];
  const answer = await fetch(`${small.url}/ready`);
  assert.equal(answer.status, 503);
  assert.equal(await small.metric("roost_ready"), 0);
  const refused = await new Promise((done) => {
    const socket = net.connect(small.port, "127.0.0.1", () => socket.write(upgrade()));
    socket.on("data", (data) => (socket.destroy(), done(data.toString())));
  });
  assert.match(refused, /^HTTP\/1\.1 503 [^]*^Retry-After: \d+\r$/m);
  await beside.assert_served();
  more.forEach((raw) => raw.close());
  await until(async () => (await fetch(`${small.url}/ready`)).status === 200, "room again");
  assert.equal(await small.metric("roost_ready"), 1);
  await beside.close();
  await small.stop();
});

has_not_grown(growth_bytes_max);
