// SPDX-License-Identifier: Apache-2.0
// Broken and hostile clients: each is closed as RFC 6455 says, and a neighbour is not affected.
import assert from "node:assert/strict";
import { it } from "node:test";
import { beside_a_neighbour } from "./neighbour.mjs";
import { heartbeat_reply, Raw } from "./raw.mjs";
import { Server, sleep, until } from "./server.mjs";
import { frame, Tcp, text } from "./tcp.mjs";

const growth_bytes_max = 64 << 20;
const beat = JSON.stringify([null, "alive", "phoenix", "heartbeat", {}]);
let server;
const has_not_grown = beside_a_neighbour((beside) => ({ server } = beside), {
  sets: { "limits.handshake_ms": 3_000, "limits.close_ms": 2_000 },
});

const half_a_character = Buffer.from([0xc3]);
const broken = [
  ["an unmasked frame", 1002, [text(beat, { masked: false })]],
  ["a reserved data opcode", 1002, [frame(3, "x")]],
  ["a reserved control opcode", 1002, [frame(11, "x")]],
  ["a reserved bit without an extension", 1002, [text(beat, { rsv: 4 })]],
  ["another reserved bit", 1002, [text(beat, { rsv: 1 })]],
  ["a fragmented ping", 1002, [frame(9, "x", { fin: false })]],
  ["a ping of 126 bytes", 1002, [frame(9, "x".repeat(126))]],
  ["a continuation without a first frame", 1002, [frame(0, "x")]],
  ["a new message within a fragmented one", 1002, [text("[", { fin: false }), text(beat)]],
  ["a length of 16 bits that fits in 7", 1002, [text("x", { length_as: 16 })]],
  ["a length of 64 bits that fits in 16", 1002, [text("x", { length_as: 64 })]],
  ["a close frame of one byte", 1002, [frame(8, "x")]],
  ["a reserved close code", 1002, [frame(8, [3, 237])]],
  ["a close code below 1000", 1002, [frame(8, [0, 99])]],
  ["a close reason that is not UTF-8", 1007, [frame(8, [3, 232, 0xc3, 0x28])]],
  ["text that is not UTF-8", 1007, [text([0x22, 0xc3, 0x28, 0x22])]],
  ["a surrogate in UTF-8", 1007, [text([0xed, 0xa0, 0x80])]],
  ["text that ends within a character", 1007, [text(half_a_character)]],
  ["bad UTF-8 over two fragments", 1007, [text(half_a_character, { fin: false }), frame(0, "x")]],
  ["a frame over the limit, from its header", 1009, [text("", { claim: 1_000_001 })]],
  ["a frame of petabytes", 1009, [text("", { claim: 1n << 52n })]],
];

for (const [name, code, parts] of broken) {
  it(`closes with ${code} on ${name}`, async () => {
    const label = `by="server",code="${code}"`;
    const counted = await server.metric("roost_connections_closed_total", label);
    const client = await Tcp.open(server);
    client.send(...parts);
    assert.equal(await client.close_code(), code);
    client.destroy();
    const is_counted = async () =>
      (await server.metric("roost_connections_closed_total", label)) > counted;
    await until(is_counted, `${label} in roost_connections_closed_total`);
  });
}

it("closes with 1002 or 1009 on a length with its top bit set", async () => {
  const client = await Tcp.open(server);
  client.send(text("", { claim: 1n << 63n }));
  assert.ok([1002, 1009].includes(await client.close_code()));
  client.destroy();
});

it("closes with 1009 if fragments together exceed the limit", async () => {
  const client = await Tcp.open(server);
  const part = "x".repeat(400_000);
  client.send(text(part, { fin: false }), frame(0, part, { fin: false }), frame(0, part));
  assert.equal(await client.close_code(), 1009);
  client.destroy();
});

it("answers an empty close with a close, and a valid one with 1000", async () => {
  for (const [payload, codes] of [["", ["empty", 1000]], [[3, 232, 0x78], [1000]]]) {
    const client = await Tcp.open(server);
    client.send(frame(8, payload));
    assert.ok(codes.includes(await client.close_code()));
    client.destroy();
  }
});

it("counts a client's close code as the client's, and an unknown one as other", async () => {
  const count = (label) => server.metric("roost_connections_closed_total", label);
  const drains = await count('by="server",code="1012"');
  for (const [code, label] of [[1012, "1012"], [3456, "other"], [4999, "other"]]) {
    const own = `by="client",code="${label}"`;
    const counted = await count(own);
    const client = await Tcp.open(server);
    client.send(frame(8, [code >> 8, code & 255]));
    assert.equal(await client.close_code(), code);
    client.destroy();
    await until(async () => (await count(own)) === counted + 1, own);
  }
  assert.equal(await count('by="server",code="1012"'), drains);
});

it("joins fragments, answers pings between them, and accepts split characters", async () => {
  const client = await Tcp.open(server);
  const bytes = Buffer.from(JSON.stringify([null, "é😀", "phoenix", "heartbeat", {}]));
  client.send(text("", { fin: false }));
  for (const byte of bytes) client.send(frame(0, [byte], { fin: false }), frame(9, [byte]));
  client.send(frame(0, ""));
  await client.until(() => client.texts().length === 1, "the reply");
  assert.deepEqual(client.texts(), [heartbeat_reply("é😀")]);
  const pongs = client.frames().filter(({ opcode }) => opcode === 10);
  // RFC 6455 section 5.5.3: of several queued pings, the server may answer only the latest.
  let at = 0;
  for (const { payload } of pongs) at = bytes.indexOf(payload[0], at) + 1;
  assert.ok(pongs.length > 0 && at > 0 && pongs.at(-1).payload[0] === bytes.at(-1));
  client.destroy();
});

it("reads a frame that arrives byte by byte", async () => {
  const client = await Tcp.open(server);
  for (const byte of text(beat)) {
    client.send([byte]);
    await sleep(1);
  }
  await client.until(() => client.texts().length === 1, "the reply");
  assert.deepEqual(client.texts(), [heartbeat_reply("alive")]);
  client.destroy();
});

const deep = (open, close, levels = 100_000, core = "") =>
  open.repeat(levels) + core + close.repeat(levels);
const astral = "\\ud83d\\ude00";
// Name, reason of the refusal (null: dropped, because it has no ref to answer), message.
const bombs = [
  ["arrays nested 100,000 deep", null, deep("[", "]")],
  ["arrays opened 100,000 deep", null, "[".repeat(100_000)],
  ["a large, deep payload", "payload too large", `["1","1","room:x","m",${deep('{"a":', "}")}]`],
  ["arrays 100,000 deep", "invalid payload", `["1","1","room:x","m",${deep("[", "]")}]`],
  ["objects 1,000 deep", "invalid payload", `["1","1","room:x","m",${deep('{"a":', "}", 1e3, 1)}]`],
  ["arrays nested 100,000 deep in a ref", null, `["1",${deep("[", "]")},"room:x","m",{}]`],
  ["a long topic", "name too long", `["1","1","${"x".repeat(900_000)}","phx_join",{}]`],
  ["a long event", "name too long", `["1","1","room:x","${"é".repeat(450_000)}",{}]`],
  ["a long ref", "name too long", `["1","${"9".repeat(900_000)}","room:x","phx_join",{}]`],
  ["a long number", "payload too large", `["1","1","room:x","m",{"n":${"9".repeat(900_000)}}]`],
  ["many escapes", "payload too large", `["1","1","room:x","m",{"s":"${astral.repeat(70_000)}"}]`],
  ["half a surrogate in a name", "invalid payload", '["1","1","room:\\ud83d","phx_join",{}]'],
  ["a zero byte in a name", "invalid payload", '["1","1","room:\\u0000","phx_join",{}]'],
];
for (const [name, reason, bomb] of bombs) {
  it(`${reason ? `answers "${reason}" to` : "drops"} ${name}, and counts it`, async () => {
    const malformed = await server.grows("roost_malformed_total");
    const refused = await server.grows("roost_pushes_refused_total");
    const client = await Tcp.open(server);
    client.send(text(bomb), text(beat));
    const is_alive = () => client.texts().some(([, ref]) => ref === "alive");
    assert.ok(await client.until(is_alive, "a heartbeat's reply"), "closed instead");
    const reasons = client.texts().map((frame) => frame[4].response.reason ?? null);
    assert.deepEqual(reasons, reason ? [reason, null] : [null]);
    assert.deepEqual([await malformed.by(), await refused.by()], reason ? [0, 1] : [1, 0]);
    client.destroy();
  });
}

it("survives 25,000 messages in one frame", async () => {
  const client = await Tcp.open(server);
  client.send(text(`[${Array(25_000).fill(beat).join()}]`), text(beat));
  await client.until(() => client.bytes.length > 0, "an answer or a close");
  client.destroy();
});

it("survives 20,000 empty fragments and 20,000 pings of one client", async () => {
  const client = await Tcp.open(server);
  client.send(text("", { fin: false }));
  const empty = frame(0, "", { fin: false });
  client.send(...Array(20_000).fill(empty), ...Array(20_000).fill(frame(9, "x")));
  await client.until(() => client.ended || client.bytes.length > 0, "any answer");
  client.destroy();
});

it("closes a client whose request is incomplete at the timeout", async () => {
  const refused = () => server.metric("roost_handshakes_refused_total");
  const counted = await refused();
  const silent = await Tcp.open(server, { upgraded: false });
  const dribbling = await Tcp.open(server, { upgraded: false });
  dribbling.send("GET / HTTP/1.1\r\nHost: a\r\nX: ");
  const timer = setInterval(() => dribbling.send("x"), 50);
  for (const client of [silent, dribbling]) await client.until(() => client.ended, "the end");
  clearInterval(timer);
  await until(async () => (await refused()) > counted, "roost_handshakes_refused_total");
});

it("answers a request that is not HTTP, or too large, with an error or a close", async () => {
  const huge = `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(200_000)}\r\n\r\n`;
  for (const request of ["\x16\x03\x01 hello\r\n\r\n", "GET\r\n\r\n", huge]) {
    const client = await Tcp.open(server, { upgraded: false });
    client.send(request);
    await client.until(() => client.ended, "the end of the connection");
    assert.match(client.bytes.toString(), /^(HTTP\/1\.1 4\d\d |$)/);
  }
});

it("removes 300 members that reset their connections", async () => {
  const sockets = await Promise.all(Array.from({ length: 300 }, () => Tcp.open(server)));
  const join = text(JSON.stringify(["1", "1", "room:gone", "phx_join", {}]));
  sockets.forEach((client) => client.send(join));
  for (const client of sockets) await client.until(() => client.texts().length === 1, "joined");
  sockets.forEach((client) => client.socket.resetAndDestroy?.() ?? client.destroy());
  const left = async () => (await server.metric("roost_connections")) === 1;
  await until(left, "one connection in roost_connections");
  await until(async () => (await server.metric("roost_members")) === 1, "one in roost_members");
});

it("counts malformed messages", async () => {
  assert.ok((await server.metric("roost_malformed_total")) >= 3);
});

has_not_grown(growth_bytes_max);

it("closes idle and half-open connections, not those that send heartbeats", async (t) => {
  const sets = { "limits.idle_ms": 3_000, "limits.close_ms": 1_000 };
  const strict = await Server.start({ sets, t });
  const beating = await Raw.open(strict);
  const timer = setInterval(() => beating.send(beat), 200);
  const half_open = await Tcp.open(strict);
  const quiet = await Raw.open(strict);
  await quiet.assert_closed(1001);
  assert.equal(await half_open.close_code(), 1001);
  await half_open.until(() => half_open.ended, "the end without a close frame from the client");
  clearInterval(timer);
  assert.equal(beating.end, null);
  await strict.stop();
});
