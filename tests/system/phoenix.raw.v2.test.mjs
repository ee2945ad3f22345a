// SPDX-License-Identifier: Apache-2.0
// V2 text on the wire: the replies to each control event.
import assert from "node:assert/strict";
import { after, before, beforeEach, afterEach, it } from "node:test";
import { error_reply, heartbeat_reply, ok_position, ok_reply, Raw } from "./raw.mjs";
import { Server } from "./server.mjs";

const rooms = [{ match: "room:*", kind: "relay", presence: { mode: "off" } }];
const unmatched = (ref, topic) => error_reply(null, ref, topic, "unmatched topic", 100);
let server;
let raw;
let topic;
let rooms_used = 0;
before(async () => {
  server = await Server.start({ config: { rooms } });
});
after(() => server.stop());
beforeEach(async () => {
  raw = await Raw.open(server);
  topic = `room:${(rooms_used += 1)}`;
});
afterEach(() => raw.close());

it("answers a heartbeat without a join_ref, joined or not", async () => {
  const beat = ["9", "1", "phoenix", "heartbeat", {}];
  assert.deepEqual(await raw.exchange(beat), heartbeat_reply("1"));
  await raw.join(topic);
  assert.deepEqual(await raw.exchange(beat), heartbeat_reply("1"));
});

it("answers a join with its refs and the position, before anything else", async () => {
  const { offset } = await raw.join(topic, "4", "5");
  const again = await Raw.open(server);
  assert.equal((await again.join(topic)).offset, offset);
  again.close();
});

it("refuses a join of an unmatched topic with a null join_ref and stays open", async () => {
  assert.deepEqual(
    await raw.exchange(["1", "2", "nowhere:1", "phx_join", {}]),
    unmatched("2", "nowhere:1"),
  );
  await raw.assert_alive();
});

it("accepts a join payload of any JSON type", async () => {
  for (const [n, payload] of [5, "x", null, true, [1], {}].entries()) {
    await raw.join(`${topic}-${n}`, `${n}`, `${n}`, payload);
  }
});

it("answers a push with its position, then sends the broadcast without refs", async () => {
  const joined = await raw.join(topic);
  const reply = await raw.exchange(["1", "7", topic, "msg", { a: 1 }]);
  const { epoch, offset } = ok_position(reply, ["1", "7", topic]);
  assert.deepEqual({ epoch, offset }, { epoch: joined.epoch, offset: joined.offset + 1 });
  assert.deepEqual(await raw.next(), [null, null, topic, "msg", { a: 1 }]);
});

it("passes a payload through byte for byte", async () => {
  await raw.join(topic);
  const numbers = '{ "big":12345678901234567890, "pi" : 3.10, "a":1,"a":2';
  const payload = `${numbers},"s":"\\u00e9\\/é\\ud83d\\ude00"}`;
  raw.send(`["1","2","${topic}","msg",${payload}]`);
  await raw.next();
  const broadcast = await raw.next_raw();
  assert.equal(broadcast, `[null,null,"${topic}","msg",${payload}]`);
});

it("escapes names in broadcasts so that they parse to the sent text", async () => {
  const odd = `${topic} "quoted" \\ </script> é 😀`;
  await raw.join(odd);
  ok_position(await raw.exchange(["1", "2", odd, odd, {}]), ["1", "2", odd]);
  assert.deepEqual(await raw.next(), [null, null, odd, odd, {}]);
});

it("echoes refs with their JSON type", async () => {
  const reply = await raw.exchange([1, 2, topic, "phx_join", {}]);
  ok_position(reply, [1, 2, topic]);
  ok_position(await raw.exchange([1, 3, topic, "msg", {}]), [1, 3, topic]);
  await raw.next();
  assert.deepEqual(await raw.exchange([1, 4, topic, "phx_leave", {}]), ok_reply(1, 4, topic));
  assert.deepEqual(await raw.next(), [1, 1, topic, "phx_close", {}]);
});

it("answers a leave, then closes the channel with ref equal to join_ref", async () => {
  await raw.join(topic, "3", "4");
  const reply = await raw.exchange(["3", "5", topic, "phx_leave", {}]);
  assert.deepEqual(reply, ok_reply("3", "5", topic));
  assert.deepEqual(await raw.next(), ["3", "3", topic, "phx_close", {}]);
});

it("accepts a null join_ref on a leave of a joined topic", async () => {
  await raw.join(topic, "3", "4");
  const reply = await raw.exchange([null, "5", topic, "phx_leave", {}]);
  assert.deepEqual(reply, ok_reply("3", "5", topic));
  assert.deepEqual(await raw.next(), ["3", "3", topic, "phx_close", {}]);
});

it("answers ok to a leave of a topic that is not joined, with its join_ref", async () => {
  const reply = await raw.exchange(["7", "8", topic, "phx_leave", {}]);
  assert.deepEqual(reply, ok_reply("7", "8", topic));
});

it("ignores a leave and a push with a stale join_ref", async () => {
  await raw.join(topic, "3", "3");
  raw.send(["2", "8", topic, "phx_leave", {}]);
  raw.send(["2", "9", topic, "msg", {}]);
  await raw.assert_silent(topic, "3");
});

it("accepts a null join_ref on a push", async () => {
  await raw.join(topic, "3", "4");
  ok_position(await raw.exchange([null, "5", topic, "msg", { a: 1 }]), ["3", "5", topic]);
  assert.deepEqual(await raw.next(), [null, null, topic, "msg", { a: 1 }]);
});

it("uses the ref of a join as its join_ref if that is null, not in reply and close", async () => {
  ok_position(await raw.exchange([null, "1", topic, "phx_join", {}]), [null, "1", topic]);
  for (const [join_ref, ref] of [[null, "2"], ["1", "3"]]) {
    ok_position(await raw.exchange([join_ref, ref, topic, "msg", {}]), ["1", ref, topic]);
    await raw.next();
  }
  for (const event of ["msg", "phx_leave"]) raw.send(["9", "4", topic, event, {}]); // stale
  const left = await raw.exchange([null, "6", topic, "phx_leave", {}]);
  assert.deepEqual(left, ok_reply("1", "6", topic));
  assert.deepEqual(await raw.next(), [null, null, topic, "phx_close", {}]);
});

it("closes the channel that a refused join would have replaced, in order", async () => {
  await raw.join(topic, "1", "1");
  raw.send(["1", "2", topic, "msg", {}]);
  raw.send(["3", "3", topic, "phx_join", { resume: 5 }]);
  ok_position(await raw.next(), ["1", "2", topic]);
  const frames = [await raw.next(), await raw.next()].filter(([, , , event]) => event !== "msg");
  if (frames.length < 2) frames.push(await raw.next());
  assert.deepEqual(frames[0], error_reply("3", "3", topic, "invalid payload", 108));
  assert.deepEqual(frames[1], ["1", "1", topic, "phx_close", {}]);
  const late = await raw.exchange(["1", "4", topic, "msg", {}]);
  assert.deepEqual(late, error_reply(null, "4", topic, "unmatched topic", 100));
});

it("replaces a joined channel: new reply, old close, then events of the new one", async () => {
  await raw.join(topic, "1", "1");
  raw.send(["2", "2", topic, "phx_join", {}]);
  raw.send(["2", "3", topic, "msg", { a: 1 }]);
  ok_position(await raw.next(), ["2", "2", topic]);
  assert.deepEqual(await raw.next(), ["1", "1", topic, "phx_close", {}]);
  ok_position(await raw.next(), ["2", "3", topic]);
  assert.deepEqual(await raw.next(), [null, null, topic, "msg", { a: 1 }]);
  raw.send(["1", "4", topic, "msg", { stale: 1 }]);
  await raw.assert_silent(topic, "2");
});

it("refuses an event on a topic that is not joined, or no longer", async () => {
  assert.deepEqual(await raw.exchange(["1", "2", topic, "msg", {}]), unmatched("2", topic));
  await raw.join(topic);
  await raw.exchange(["1", "3", topic, "phx_leave", {}]);
  await raw.next();
  assert.deepEqual(await raw.exchange(["1", "4", topic, "msg", {}]), unmatched("4", topic));
  const late_leave = await raw.exchange(["1", "5", topic, "phx_leave", {}]);
  assert.deepEqual(late_leave, ok_reply("1", "5", topic));
});

it("refuses a topic or an event that is not a string, and echoes the value", async () => {
  for (const odd of [5, { a: [1] }, true, null]) {
    assert.deepEqual(await raw.exchange(["1", "2", odd, "msg", {}]), unmatched("2", odd));
    assert.deepEqual(await raw.exchange(["1", "3", odd, "phx_join", {}]), unmatched("3", odd));
    assert.deepEqual(await raw.exchange(["1", "4", topic, odd, {}]), unmatched("4", topic));
  }
});
