// SPDX-License-Identifier: Apache-2.0
// V1 on the wire: objects with exactly four keys.
import assert from "node:assert/strict";
import { after, before, beforeEach, afterEach, it } from "node:test";
import { binary_push, ok_position, position, Raw } from "./raw.mjs";
import { Server } from "./server.mjs";

let server;
let raw;
let topic;
let rooms_used = 0;
before(async () => {
  const rooms = [{ match: "room:*", kind: "relay", presence: { mode: "off" } }];
  server = await Server.start({ config: { rooms } });
});
after(() => server.stop());
beforeEach(async () => {
  raw = await Raw.open(server, { vsn: "1.0.0" });
  topic = `room:${(rooms_used += 1)}`;
});
afterEach(() => raw.close());

const say = (event, ref, payload = {}, more = {}) => ({ topic, event, payload, ref, ...more });
const reply = (ref, status, response, to = topic) => ({
  topic: to,
  event: "phx_reply",
  payload: { status, response },
  ref,
});
const refusal = (ref, reason, code, to = topic) => reply(ref, "error", { reason, code }, to);
const close = (ref) => ({ topic, event: "phx_close", payload: {}, ref });

function assert_placed(frame, ref) {
  const placed = position(frame.payload.response);
  assert.deepEqual(frame, reply(ref, "ok", placed));
  return placed;
}
async function join(more = {}) {
  return assert_placed(await raw.exchange(say("phx_join", "1", {}, more)), "1");
}
async function assert_alive() {
  const beat = { topic: "phoenix", event: "heartbeat", payload: {}, ref: "alive" };
  assert.deepEqual(await raw.exchange(beat), reply("alive", "ok", {}, "phoenix"));
}

it("answers heartbeat, join and push with four keys and no join_ref", async () => {
  await assert_alive();
  const { epoch, offset } = await join({ join_ref: "1" });
  const placed = assert_placed(await raw.exchange(say("msg", "2", { a: 1 })), "2");
  assert.deepEqual(placed, { epoch, offset: offset + 1 });
  assert.deepEqual(await raw.next(), say("msg", null, { a: 1 }));
});

it("shares a room with V2 members, each in its own format", async () => {
  const two = await Raw.open(server);
  await join();
  await two.join(topic);
  two.send(["1", "2", topic, "msg", { from: 2 }]);
  assert.deepEqual(await raw.next(), say("msg", null, { from: 2 }));
  ok_position(await two.next(), ["1", "2", topic]);
  await two.next();
  raw.send(say("msg", "2", { from: 1 }));
  assert.deepEqual(await two.next(), [null, null, topic, "msg", { from: 1 }]);
  two.close();
});

it("sends binary broadcasts as base64", async () => {
  const two = await Raw.open(server);
  await join();
  await two.join(topic);
  two.send(binary_push("1", "2", topic, "bin", [0, 1, 254, 255]));
  assert.deepEqual(await raw.next(), say("bin", null, { payload_base64: "AAH+/w==" }));
  two.close();
});

it("adds the key position to broadcasts on request", async () => {
  const member = await Raw.open(server, { vsn: "1.0.0", query: "&positions=true" });
  assert_placed(await member.exchange(say("phx_join", "1")), "1");
  const placed = assert_placed(await member.exchange(say("msg", "2", { a: 1 })), "2");
  assert.deepEqual(await member.next(), say("msg", null, { a: 1 }, { position: placed }));
  member.close();
});

it("closes a channel after a leave with its join_ref as ref, or null", async () => {
  await join({ join_ref: "9" });
  const leave = say("phx_leave", "2", {}, { join_ref: "9" });
  assert.deepEqual(await raw.exchange(leave), reply("2", "ok", {}));
  assert.deepEqual(await raw.next(), close("9"));
  await join();
  assert.deepEqual(await raw.exchange(say("phx_leave", "3")), reply("3", "ok", {}));
  assert.deepEqual(await raw.next(), close(null));
});

it("replaces a channel on a second join, and closes the first with ref null", async () => {
  await join();
  assert_placed(await raw.exchange(say("phx_join", "2")), "2");
  assert.deepEqual(await raw.next(), close(null));
  assert_placed(await raw.exchange(say("msg", "3")), "3");
  assert.deepEqual(await raw.next(), say("msg", null));
});

it("ignores messages with a stale join_ref", async () => {
  await join({ join_ref: "5" });
  raw.send(say("msg", "6", {}, { join_ref: "4" }));
  raw.send(say("phx_leave", "7", {}, { join_ref: "4" }));
  assert_placed(await raw.exchange(say("msg", "8", {}, { join_ref: "5" })), "8");
});

it("sends refusals with reason and code", async () => {
  assert.deepEqual(await raw.exchange(say("msg", "1")), refusal("1", "unmatched topic", 100));
  const elsewhere = { topic: "nowhere:1", event: "phx_join", payload: {}, ref: "2" };
  const unmatched = refusal("2", "unmatched topic", 100, "nowhere:1");
  assert.deepEqual(await raw.exchange(elsewhere), unmatched);
  await join();
  assert.deepEqual(await raw.exchange(say("phx_x", "3")), refusal("3", "reserved event", 110));
});

it("refuses a payload that is not an object, so that no V2 member gets one", async () => {
  const two = await Raw.open(server);
  await join();
  await two.join(topic);
  for (const payload of [1, "x", null, true, [1]]) {
    const answer = await raw.exchange(say("msg", "4", payload));
    assert.deepEqual(answer, refusal("4", "invalid payload", 108));
  }
  assert_placed(await raw.exchange(say("msg", "5", { a: 1 })), "5");
  assert.deepEqual(await two.next(), [null, null, topic, "msg", { a: 1 }]);
  two.close();
});

it("accepts its JSON in binary frames, and replies in text frames", async () => {
  const as_binary = (message) => Buffer.from(JSON.stringify(message));
  assert_placed(await raw.exchange(as_binary(say("phx_join", "1"))), "1");
  assert_placed(await raw.exchange(as_binary(say("msg", "2", { a: "é" }))), "2");
  assert.deepEqual(await raw.next(), say("msg", null, { a: "é" }));
});

it("echoes refs with their JSON type, and accepts any join payload", async () => {
  const joined = await raw.exchange(say("phx_join", 1, 5));
  assert_placed(joined, 1);
  assert_placed(await raw.exchange(say("msg", 2)), 2);
});

it("answers ok to a leave of a topic that is not joined", async () => {
  assert.deepEqual(await raw.exchange(say("phx_leave", "1")), reply("1", "ok", {}));
});

it("reads keys in any order and ignores unknown ones", async () => {
  raw.send(`{"more":[{}],"ref":"1","payload":{},"event":"phx_join","topic":"${topic}"}`);
  assert_placed(await raw.next(), "1");
});

it("drops and counts a missing key, an array, and bytes that are not JSON", async () => {
  const counted = await server.metric("roost_malformed_total");
  const whole = say("msg", "1");
  for (const key of ["topic", "event", "payload", "ref"]) raw.send({ ...whole, [key]: undefined });
  raw.send(["1", "1", topic, "phx_join", {}]);
  raw.send(binary_push("1", "1", topic, "phx_join"));
  await assert_alive();
  assert.equal(await server.metric("roost_malformed_total"), counted + 6);
});
