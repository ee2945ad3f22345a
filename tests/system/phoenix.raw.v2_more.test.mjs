// SPDX-License-Identifier: Apache-2.0
// V2 text on the wire: positions, arrays of messages, refusals and limits.
import assert from "node:assert/strict";
import { after, before, beforeEach, afterEach, it } from "node:test";
import { error_reply, heartbeat_reply, ok_position, position, Raw } from "./raw.mjs";
import { Server } from "./server.mjs";

const beat = (ref) => [null, ref, "phoenix", "heartbeat", {}];
let server;
let raw;
let topic;
let rooms_used = 0;
before(async () => {
  server = await Server.start({ sets: { "limits.payload_bytes_max": 2000 } });
});
after(() => server.stop());
beforeEach(async () => {
  raw = await Raw.open(server);
  topic = `room:${(rooms_used += 1)}`;
});
afterEach(() => raw.close());

it("never matches a topic that starts with a dollar, not even by *", async () => {
  const reply = await raw.exchange(["1", "2", "$room:1", "phx_join", {}]);
  assert.deepEqual(reply, error_reply(null, "2", "$room:1", "unmatched topic", 100));
});

it("ignores elements after the fifth", async () => {
  assert.deepEqual(await raw.exchange([...beat("1"), 6, { seven: 7 }]), heartbeat_reply("1"));
});

it("accepts an array of messages in one frame, in order", async () => {
  raw.send([
    ["1", "1", topic, "phx_join", {}],
    ["1", "2", topic, "msg", { n: 1 }],
    ["1", "3", topic, "msg", { n: 2 }],
  ]);
  ok_position(await raw.next(), ["1", "1", topic]);
  ok_position(await raw.next(), ["1", "2", topic]);
  assert.deepEqual(await raw.next(), [null, null, topic, "msg", { n: 1 }]);
  ok_position(await raw.next(), ["1", "3", topic]);
  assert.deepEqual(await raw.next(), [null, null, topic, "msg", { n: 2 }]);
});

it("adds the position as a sixth element of broadcasts on request", async () => {
  const member = await Raw.open(server, { query: "&positions=true" });
  await member.join(topic);
  await raw.join(topic);
  const reply = await member.exchange(["1", "2", topic, "msg", { n: 1 }]);
  const placed = ok_position(reply, ["1", "2", topic]);
  assert.deepEqual(await member.next(), [null, null, topic, "msg", { n: 1 }, position(placed)]);
  assert.deepEqual(await raw.next(), [null, null, topic, "msg", { n: 1 }]);
  member.close();
});

it("numbers the events of a room without gaps, over all its members", async () => {
  const other = await Raw.open(server, { query: "&positions=true" });
  const { epoch, offset } = await raw.join(topic);
  await other.join(topic);
  for (let n = 1; n <= 50; n += 1) {
    (n % 2 ? raw : other).send(["1", `${n}`, topic, "msg", { n }]);
  }
  const positions = [];
  while (positions.length < 50) {
    const frame = await other.next();
    if (frame[3] === "msg") positions.push(frame[5]);
  }
  assert.deepEqual(positions, positions.map((_, n) => ({ epoch, offset: offset + n + 1 })));
  other.close();
});

it("refuses a payload that is not an object, and keeps the channel", async () => {
  await raw.join(topic);
  for (const payload of [5, "x", null, true, [1]]) {
    const reply = await raw.exchange(["1", "2", topic, "msg", payload]);
    assert.deepEqual(reply, error_reply("1", "2", topic, "invalid payload", 108));
  }
  ok_position(await raw.exchange(["1", "3", topic, "msg", {}]), ["1", "3", topic]);
});

it("refuses events with a reserved name", async () => {
  await raw.join(topic);
  const names = ["phx_foo", "phx_reply", "phx_close", "presence_diff", "presence_x"];
  names.push("chan_reply_7", "PHX_CLOSE", "Chan_Reply_7", "Presence_Update", "Drain");
  for (const event of names) {
    const reply = await raw.exchange(["1", "2", topic, event, {}]);
    assert.deepEqual(reply, error_reply("1", "2", topic, "reserved event", 110));
  }
});

it("accepts names of 255 bytes and refuses longer ones", async () => {
  const long = (bytes) => "é".repeat(127) + "x".repeat(bytes - 254);
  await raw.join(long(255), "1", "1");
  const reply = await raw.exchange(["1", "2", long(255), long(255), {}]);
  ok_position(reply, ["1", "2", long(255)]);
  await raw.next();
  const [, ...join] = await raw.exchange(["1", "3", long(256), "phx_join", {}]);
  assert.deepEqual(join, error_reply(null, "3", long(256), "name too long", 109).slice(1));
  const [, ...push] = await raw.exchange(["1", "4", long(255), long(256), {}]);
  assert.deepEqual(push, error_reply(null, "4", long(255), "name too long", 109).slice(1));
});

it("refuses a payload over its limit, and keeps the connection", async () => {
  await raw.join(topic);
  const fits = { t: "x".repeat(2000 - '{"t":""}'.length) };
  ok_position(await raw.exchange(["1", "2", topic, "msg", fits]), ["1", "2", topic]);
  assert.deepEqual(await raw.next(), [null, null, topic, "msg", fits]);
  const reply = await raw.exchange(["1", "3", topic, "msg", { t: `${fits.t}x` }]);
  assert.deepEqual(reply, error_reply("1", "3", topic, "payload too large", 107));
  ok_position(await raw.exchange(["1", "4", topic, "msg", {}]), ["1", "4", topic]);
});

it("refuses the 101st channel with both refs", async () => {
  for (let n = 0; n < 100; n += 1) await raw.join(`${topic}-${n}`, `${n}`);
  const reply = await raw.exchange(["100", "101", topic, "phx_join", {}]);
  assert.deepEqual(reply, error_reply("100", "101", topic, "too many channels joined", 104));
  await raw.join(`${topic}-7`, "102");
});

// The official clients do not wait for the reply to a leave.
it("accepts a join right after a leave at the limit of channels", async () => {
  for (let n = 0; n < 100; n += 1) await raw.join(`${topic}-${n}`, `${n}`);
  raw.send(["7", "100", `${topic}-7`, "phx_leave", {}]);
  raw.send(["101", "101", topic, "phx_join", {}]);
  const answers = [await raw.next(), await raw.next(), await raw.next()];
  const joined = answers.find(([, ref]) => ref === "101");
  ok_position(joined, ["101", "101", topic]);
});

const malformed = [
  "",
  "no json",
  "{}",
  "null",
  '["1","2","room:1","msg"]',
  '["1","2","room:1","msg",{}',
  '["1","2","room:1","msg",{}] x',
  '["1","2","room:1","msg",{"a":01}]',
  Buffer.alloc(0),
  Buffer.from([1, 1, 1, 1, 1, 49, 49, 49, 49]),
];

it("drops and counts malformed messages, and keeps the connection", async () => {
  const counted = await server.metric("roost_malformed_total");
  for (const [n, bad] of malformed.entries()) {
    const client = await Raw.open(server);
    client.send(bad);
    await client.assert_alive();
    client.close();
    const now = await server.metric("roost_malformed_total");
    assert.equal(now, counted + n + 1, `after ${JSON.stringify(bad)}`);
  }
});

it("closes with 1002 after ten malformed messages, not before", async () => {
  for (let n = 1; n <= 9; n += 1) raw.send("no json");
  await raw.assert_alive();
  raw.send("no json");
  raw.send("no json");
  await raw.assert_closed(1002);
});
