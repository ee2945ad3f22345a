// SPDX-License-Identifier: Apache-2.0
// V2 binary on the wire: frames of kinds 0, 2 and 5, byte by byte.
import assert from "node:assert/strict";
import { after, before, beforeEach, afterEach, it } from "node:test";
import {
  binary_broadcast,
  binary_push,
  error_reply,
  every_byte,
  heartbeat_reply,
  ok_position,
  ok_reply,
  Raw,
} from "./raw.mjs";
import { Server } from "./server.mjs";

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

it("answers a binary push in text and broadcasts it as kind 2 with the same bytes", async () => {
  const other = await Raw.open(server);
  const { epoch, offset } = await raw.join(topic);
  await other.join(topic);
  const reply = await raw.exchange(binary_push("1", "2", topic, "bin", every_byte));
  const placed = ok_position(reply, ["1", "2", topic]);
  assert.deepEqual(placed, { epoch, offset: offset + 1 });
  assert.deepEqual(await raw.next(), binary_broadcast(topic, "bin", every_byte));
  assert.deepEqual(await other.next(), binary_broadcast(topic, "bin", every_byte));
  other.close();
});

it("counts name lengths in bytes", async () => {
  const name = `${topic} é😀`;
  await raw.join(name);
  const data = Buffer.from("data");
  const reply = await raw.exchange(binary_push("1", "2", name, "événement", data));
  ok_position(reply, ["1", "2", name]);
  assert.deepEqual(await raw.next(), binary_broadcast(name, "événement", data));
});

it("passes an empty payload through", async () => {
  await raw.join(topic);
  ok_position(await raw.exchange(binary_push("1", "2", topic, "bin")), ["1", "2", topic]);
  assert.deepEqual(await raw.next(), binary_broadcast(topic, "bin", []));
});

it("keeps the order of text and binary pushes", async () => {
  await raw.join(topic);
  raw.send(["1", "2", topic, "msg", { n: 1 }]);
  raw.send(binary_push("1", "3", topic, "bin", [2]));
  raw.send(["1", "4", topic, "msg", { n: 3 }]);
  ok_position(await raw.next(), ["1", "2", topic]);
  assert.deepEqual(await raw.next(), [null, null, topic, "msg", { n: 1 }]);
  ok_position(await raw.next(), ["1", "3", topic]);
  assert.deepEqual(await raw.next(), binary_broadcast(topic, "bin", [2]));
  ok_position(await raw.next(), ["1", "4", topic]);
  assert.deepEqual(await raw.next(), [null, null, topic, "msg", { n: 3 }]);
});

it("broadcasts as kind 5 with the position on request", async () => {
  const member = await Raw.open(server, { query: "&positions=true" });
  await member.join(topic);
  const reply = await member.exchange(binary_push("1", "2", topic, "bin", every_byte));
  const placed = ok_position(reply, ["1", "2", topic]);
  const frame = await member.next();
  const [kind, topic_length, event_length, position_length] = frame;
  assert.deepEqual([kind, topic_length, event_length], [5, topic.length, 3]);
  const names = frame.subarray(4, 4 + topic_length + event_length).toString();
  assert.equal(names, `${topic}bin`);
  const data_at = 4 + topic_length + event_length + position_length;
  const text = frame.subarray(data_at - position_length, data_at).toString();
  assert.deepEqual(JSON.parse(text), placed);
  assert.deepEqual(frame.subarray(data_at), every_byte);
  member.close();
});

it("accepts heartbeat, join and leave in binary, with refs as strings", async () => {
  const beat = binary_push("9", "1", "phoenix", "heartbeat", "{}");
  assert.deepEqual(await raw.exchange(beat), heartbeat_reply("1"));
  const join = await raw.exchange(binary_push("3", "4", topic, "phx_join"));
  ok_position(join, ["3", "4", topic]);
  const leave = await raw.exchange(binary_push("3", "5", topic, "phx_leave", "{}"));
  assert.deepEqual(leave, ok_reply("3", "5", topic));
  assert.deepEqual(await raw.next(), ["3", "3", topic, "phx_close", {}]);
});

it("refuses a join whose payload is bytes", async () => {
  const join = await raw.exchange(binary_push("3", "4", topic, "phx_join", "{}"));
  assert.deepEqual(join, error_reply("3", "4", topic, "invalid payload", 108));
});

it("takes an empty join_ref as null", async () => {
  await raw.join(topic);
  ok_position(await raw.exchange(binary_push("", "2", topic, "bin", [1])), ["1", "2", topic]);
  assert.deepEqual(await raw.next(), binary_broadcast(topic, "bin", [1]));
});

it("refuses any number of frames of Supabase's binary kinds 3 and 4", async () => {
  const counted = await server.metric("roost_malformed_total");
  await raw.join(topic);
  const names = ["1", "2", topic, "phx_join", '{"m":1}'].map((name) => Buffer.from(name));
  // The byte after the lengths is the encoding of the payload: 1 is JSON.
  const of_kind = (kind, fields) => {
    const head = Buffer.from([kind, ...fields.map((name) => name.length), 1]);
    return Buffer.concat([head, ...fields, Buffer.from("{}")]);
  };
  const kind_3 = of_kind(3, names);
  for (let n = 0; n < 15; n += 1) {
    const refusal = error_reply("1", "2", topic, "invalid payload", 108);
    assert.deepEqual(await raw.exchange(kind_3), refusal);
  }
  const kind_4 = of_kind(4, names.slice(2));
  const without_ref = error_reply("1", null, topic, "invalid payload", 108);
  for (let n = 0; n < 15; n += 1) assert.deepEqual(await raw.exchange(kind_4), without_ref);
  const elsewhere = Buffer.from(kind_3.toString("latin1").replace(topic, "r".repeat(topic.length)));
  const unjoined = error_reply("1", "2", "r".repeat(topic.length), "invalid payload", 108);
  assert.deepEqual(await raw.exchange(elsewhere), unjoined);
  ok_position(await raw.exchange(binary_push("1", "3", topic, "bin", [1])), ["1", "3", topic]);
  assert.equal(await server.metric("roost_malformed_total"), counted);
});

it("matches the join_ref 1 of a binary push with a join by the number 1", async () => {
  ok_position(await raw.exchange([1, 1, topic, "phx_join", {}]), [1, 1, topic]);
  const reply = await raw.exchange(binary_push("1", "2", topic, "bin", [1]));
  assert.equal(reply[4].status, "ok");
  assert.deepEqual(await raw.next(), binary_broadcast(topic, "bin", [1]));
});

it("ignores a binary push with a stale join_ref", async () => {
  await raw.join(topic, "3", "3");
  raw.send(binary_push("2", "4", topic, "bin", [1]));
  await raw.assert_silent(topic, "3");
});

it("sends refusals as text frames", async () => {
  const push = (event, data) => binary_push("1", "2", topic, event, data);
  const refusal = (reason, code) => error_reply("1", "2", topic, reason, code);
  const unmatched = error_reply(null, "2", topic, "unmatched topic", 100);
  assert.deepEqual(await raw.exchange(push("bin", [1])), unmatched);
  await raw.join(topic);
  assert.deepEqual(await raw.exchange(push("phx_foo", [1])), refusal("reserved event", 110));
  const large = Buffer.alloc(2001);
  assert.deepEqual(await raw.exchange(push("bin", large)), refusal("payload too large", 107));
  ok_position(await raw.exchange(push("bin", large.subarray(1))), ["1", "2", topic]);
});

it("drops and counts unknown kinds, truncated frames and names that are not UTF-8", async () => {
  const counted = await server.metric("roost_malformed_total");
  const good = binary_push("1", "2", topic, "bin", [1]);
  const of_kind = (kind) => Buffer.concat([Buffer.from([kind]), good.subarray(1)]);
  const bad_name = Buffer.concat([Buffer.from([0, 0, 0, 2, 1]), Buffer.from([0xc3, 0x28, 0x61])]);
  const bad = [of_kind(1), of_kind(2), of_kind(5), of_kind(255), good.subarray(0, 3)];
  bad.push(good.subarray(0, 6), bad_name);
  for (const frame of bad) raw.send(frame);
  await raw.assert_alive();
  assert.equal(await server.metric("roost_malformed_total"), counted + bad.length);
});
