// A member that stops reading in a busy room is sent away with 1013, and loses nothing by it.
import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { Socket } from "phoenix";
import WebSocket from "ws";
import { answer } from "./clients.mjs";
import { Member } from "./member.mjs";
import { Server, until } from "./server.mjs";

const topic = "room:busy";
const config = {
  limits: { outbox_bytes_max: 100_000, payload_bytes_max: 60_000, close_ms: 20_000 },
  // How many events fill the kernel's buffers depends on the machine.
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
let said = 0;
before(async () => {
  server = await Server.start({ config });
  talker = await Member.join(server, topic);
});
after(async () => {
  talker.close();
  await server.stop();
});

const slow = () => server.metric("roost_slow_consumers_total");

async function say(more = {}) {
  said += 1;
  assert.equal((await talker.say("msg", { n: said, ...more })).offset, said);
}

/// Goes on until the node has sent one more away.
async function say_until_sent_away() {
  const before = await slow();
  for (let n = 1; (await slow()) === before; n += 1) {
    assert.ok(n < 100, "nobody was sent away");
    for (let each = 0; each < 20; each += 1) await say({ filling });
  }
}

it("closes a member that stalls with 1013", async () => {
  const stalled = await Member.join(server, topic);
  stalled.raw.socket.pause();
  await say_until_sent_away();
  stalled.raw.socket.resume();
  await stalled.raw.assert_closed(1013);
  const numbers = stalled.raw.frames.map((frame) => JSON.parse(frame)[4].n);
  const first = stalled.joined.offset + 1;
  assert.deepEqual(numbers, numbers.map((_, n) => first + n));
  assert.ok(numbers.at(-1) < said);
});

/// The official client, which knows its position by counting; `lines` are its WebSockets.
function official_member() {
  const lines = [];
  class Line extends WebSocket {
    constructor(...given) {
      super(...given);
      lines.push(this);
    }
  }
  const socket = new Socket(server.ws_url, { transport: Line });
  const seen = { heard: [], joins: [] };
  let at = null;
  const channel = socket.channel(topic, () => (at ? { resume: at } : {}));
  channel.on("msg", ({ n }) => {
    seen.heard.push(n);
    at = { epoch: at.epoch, offset: at.offset + 1 };
  });
  const join = channel.join();
  join.receive("ok", (reply) => {
    seen.joins.push(reply);
    at = { epoch: reply.epoch, offset: reply.offset - (reply.missed ?? 0) };
  });
  socket.connect();
  return { socket, join, seen, lines };
}

it("brings the official client back by itself, and it hears everything once", async (t) => {
  const { socket, join, seen, lines } = official_member();
  t.after(() => socket.disconnect());
  assert.equal((await answer(join)).status, "ok");
  const first = said + 1;
  for (let round = 1; round <= 2; round += 1) {
    lines.at(-1).pause();
    await say_until_sent_away();
    await say();
    lines.at(-1).resume();
    const whole = () => seen.heard.length >= said - first + 1;
    await until(whole, () => `${said - first + 1} events, heard ${seen.heard.length}`);
    await say();
    await until(whole, "the live event");
    assert.deepEqual(seen.heard, seen.heard.map((_, n) => first + n));
    assert.equal(seen.heard.at(-1), said);
    assert.equal(seen.joins.length, round + 1);
    const { recovered, missed } = seen.joins.at(-1);
    assert.ok(recovered && missed > 0, JSON.stringify(seen.joins.at(-1)));
  }
  assert.equal(lines.length, 3);
});
