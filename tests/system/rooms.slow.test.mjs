// SPDX-License-Identifier: Apache-2.0
// A member that stops reading in a busy room is closed with 1013, and a resume loses nothing.
import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { Socket } from "phoenix";
import { answer, recording_transport } from "./clients.mjs";
import { Member } from "./member.mjs";
import { Server, until } from "./server.mjs";

const topic = "room:busy";
const config = {
  limits: { outbox_bytes_max: 100_000, payload_bytes_max: 60_000, close_ms: 20_000 },
  // Without rates, because the number of events that fill the socket buffers varies.
  rates: { connection: { messages: { per_second: 0 } } },
  rooms: [
    {
      match: "*",
      history: { events_max: 100_000, bytes_max: 200_000_000 },
      presence: { mode: "off" },
    },
  ],
};
const filling = "x".repeat(20_000);
let server;
let talker;
let pushed = 0;
before(async () => {
  server = await Server.start({ config });
  talker = await Member.join(server, topic);
});
after(async () => {
  talker.close();
  await server.stop();
});

const slow = () => server.metric("roost_slow_consumers_total");

async function push_next(more = {}) {
  pushed += 1;
  assert.equal((await talker.say("msg", { n: pushed, ...more })).offset, pushed);
}

/// Pushes events until the node closes a slow consumer.
async function say_until_closed() {
  const before = await slow();
  for (let n = 1; (await slow()) === before; n += 1) {
    assert.ok(n < 100, "no member was closed");
    for (let each = 0; each < 20; each += 1) await push_next({ filling });
  }
}

it("closes a member that stalls with 1013", async () => {
  const stalled = await Member.join(server, topic);
  stalled.raw.socket.pause();
  await say_until_closed();
  stalled.raw.socket.resume();
  await stalled.raw.assert_closed(1013);
  const numbers = stalled.raw.frames.map((frame) => JSON.parse(frame)[4].n);
  const first = stalled.joined.offset + 1;
  assert.deepEqual(numbers, numbers.map((_, n) => first + n));
  assert.ok(numbers.at(-1) < pushed);
});

/// The official client, which counts events to know its position; `lines` are its WebSockets.
function official_member() {
  const { transport, lines } = recording_transport();
  const socket = new Socket(server.ws_url, { transport });
  const received = { events: [], joins: [] };
  let at = null;
  const channel = socket.channel(topic, () => (at ? { resume: at } : {}));
  channel.on("msg", ({ n }) => {
    received.events.push(n);
    at = { epoch: at.epoch, offset: at.offset + 1 };
  });
  const join = channel.join();
  join.receive("ok", (reply) => {
    received.joins.push(reply);
    at = { epoch: reply.epoch, offset: reply.offset - (reply.missed ?? 0) };
  });
  socket.connect();
  return { socket, join, received, lines };
}

it("lets the official client reconnect by itself and receive everything once", async (t) => {
  const { socket, join, received, lines } = official_member();
  t.after(() => socket.disconnect());
  assert.equal((await answer(join)).status, "ok");
  const first = pushed + 1;
  for (let round = 1; round <= 2; round += 1) {
    lines.at(-1).pause();
    await say_until_closed();
    await push_next();
    lines.at(-1).resume();
    const is_complete = () => received.events.length >= pushed - first + 1;
    await until(is_complete, () => `${received.events.length} of ${pushed - first + 1} events`);
    await push_next();
    await until(is_complete, "the live event");
    assert.deepEqual(received.events, received.events.map((_, n) => first + n));
    assert.equal(received.events.at(-1), pushed);
    assert.equal(received.joins.length, round + 1);
    const { recovered, missed } = received.joins.at(-1);
    assert.ok(recovered && missed > 0, JSON.stringify(received.joins.at(-1)));
  }
  assert.equal(lines.length, 3);
});
