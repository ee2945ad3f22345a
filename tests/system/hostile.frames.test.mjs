// SPDX-License-Identifier: Apache-2.0
// Floods of frames on one connection with rates: each is refused or slowed down and counted, memory
// does not grow, and a well-behaved member still gets its replies.
import assert from "node:assert/strict";
import { it } from "node:test";
import { beside_a_neighbour } from "./neighbour.mjs";
import { sleep, until } from "./server.mjs";
import { frame, Tcp, text } from "./tcp.mjs";

const growth_bytes_max = 32 << 20;
const burst_bytes = 50_000;
// Low enough for a loaded machine to exceed it.
const bytes_per_second = 50_000;
const heartbeat = (ref) => JSON.stringify([null, `${ref}`, "phoenix", "heartbeat", {}]);
const push = (ref, event) => text(JSON.stringify(["1", `${ref}`, "room:flood", event, {}]));

let server;
const has_not_grown = beside_a_neighbour((beside) => ({ server } = beside), {
  sets: {
    "rates.connection.bytes.per_second": bytes_per_second,
    "rates.connection.bytes.burst": burst_bytes,
    "rates.connection.messages.per_second": 150,
    "rates.connection.messages.burst": 150,
    "limits.refusals_per_minute_max": 0,
  },
});

const slowed = () => server.grows("roost_rate_refusals_total", 'kind="bytes"');

it("answers a burst of pings, and slows down the client", async () => {
  const slow = await slowed();
  const flood = await Tcp.open(server);
  flood.send(Buffer.concat(Array(20_000).fill(frame(9, "x"))), frame(9, "last"));
  const pongs = () => flood.frames().filter(({ opcode }) => opcode === 10);
  const is_last = () => pongs().at(-1)?.payload.toString() === "last";
  assert.ok(await flood.until(is_last, "the pong to the last"));
  assert.ok((await slow.by()) > 0);
  flood.destroy();
});

it("answers every heartbeat of a flood in order, and slows down the client", async () => {
  const slow = await slowed();
  const limited = await server.grows("roost_rate_refusals_total", 'kind="messages"');
  const flood = await Tcp.open(server);
  const count = 3_000;
  flood.send(...Array.from({ length: count }, (_, n) => text(heartbeat(n))));
  assert.ok(await flood.until(() => flood.texts().length === count, "an answer to each"));
  flood.texts().forEach(([, ref], n) => assert.equal(ref, `${n}`));
  assert.ok((await slow.by()) > 0);
  assert.equal(await limited.by(), 0);
  flood.destroy();
});

it("joins messages from tiny fragments, and slows down the client", async () => {
  const slow = await slowed();
  const flood = await Tcp.open(server);
  const count = 200;
  const frames = [];
  for (let n = 0; n < count; n += 1) {
    const letters = Array.from(heartbeat(n));
    letters.forEach((letter, i) => {
      frames.push(frame(i ? 0 : 1, letter, { fin: i === letters.length - 1 }));
      frames.push(frame(i === letters.length - 1 ? 9 : 0, "", { fin: i === letters.length - 1 }));
    });
  }
  flood.send(...frames);
  assert.ok(await flood.until(() => flood.texts().length === count, "an answer to each"));
  assert.ok((await slow.by()) > 0);
  flood.destroy();
});

it("closes a client that floods empty messages, and counts them", async () => {
  const malformed = await server.grows("roost_malformed_total");
  const flood = await Tcp.open(server);
  flood.send(Buffer.concat(Array(20_000).fill(text(""))));
  assert.equal(await flood.close_code(), 1002);
  // limits.malformed_max, one more, and the messages that were read together with it.
  const counted = await malformed.by();
  assert.ok(counted >= 11 && counted < 2_000, `${counted}`);
  flood.destroy();
});

it("refuses small pushes over the rate, in order", async () => {
  const limited = await server.grows("roost_rate_refusals_total", 'kind="messages"');
  const flood = await Tcp.open(server);
  const count = 2_000;
  flood.send(push(1, "phx_join"), ...Array.from({ length: count }, (_, n) => push(n + 2, "e")));
  const answers = () => flood.texts().filter(([, , , event]) => event === "phx_reply");
  assert.ok(await flood.until(() => answers().length === count + 1, "an answer to each"));
  answers().forEach(([, ref], n) => assert.equal(ref, `${n + 1}`));
  const refused = answers().filter(([, , , , { status }]) => status === "error");
  assert.deepEqual(refused.at(0)[4].response, { reason: "rate limited", code: 103 });
  assert.equal(await limited.by(), refused.length);
  flood.destroy();
});

it("reads from a client no faster than its byte rate", async () => {
  const slow = await slowed();
  const read = await server.grows("roost_bytes_in_total");
  const flood = await Tcp.open(server);
  const begin = Date.now();
  flood.send(...Array(200).fill(push(2, "x".repeat(20_000))));
  await sleep(2_000);
  const bytes = await read.by();
  const seconds = (Date.now() - begin) / 1_000;
  // The debt is at most one read of 64 KiB and twice the burst; the neighbour sends a little.
  const max = bytes_per_second * (seconds + 0.5) + 3 * burst_bytes + 65_536;
  assert.ok(bytes < max, `read ${bytes} bytes in ${seconds} s`);
  await until(async () => (await slow.by()) > 0, "a pause");
  flood.destroy();
});

has_not_grown(growth_bytes_max);
