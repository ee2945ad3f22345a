// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { positionOf, withPositions } from "../src/roost-phoenix.js";
import { FakeServer, binary } from "./fake_server.js";
import { Socket } from "./phoenix.js";

const read = (raw) => {
  const found = [];
  withPositions().decode(raw, (message) => found.push(message));
  return found[0];
};
const like_phoenix = (raw) => {
  const found = [];
  const socket = new Socket("ws://x", { transport: class {} });
  socket.defaultDecoder(raw, (message) => found.push(message));
  return found[0];
};
const bytes = [1, 2, 255];

test("frames without a position are decoded as by phoenix.js", () => {
  const frames = [
    JSON.stringify(["1", "2", "room:a", "phx_reply", { status: "ok", response: {} }]),
    JSON.stringify([null, null, "room:a", "msg", { text: "é" }]),
    binary(0, ["12", "room:é", "msg"], bytes),
    binary(1, ["12", "3", "room:a", "ok"], bytes),
    binary(2, ["room:a", "msg"], bytes),
  ];
  for (const frame of frames) assert.deepEqual(read(frame), like_phoenix(frame));
});

test("the sixth element of a text frame is the position, and the payload is unchanged", () => {
  const position = { epoch: "e", offset: 7 };
  const message = read(JSON.stringify([null, null, "room:a", "msg", { n: 1 }, position]));
  assert.deepEqual(message.position, position);
  assert.deepEqual(message.payload, { n: 1 });
  assert.deepEqual(positionOf(message.payload), position);
});

test("a position is decoded for any type of payload", () => {
  const position = { epoch: "e", offset: 7 };
  for (const payload of ["text", 7, true, null, [1], {}]) {
    const message = read(JSON.stringify([null, null, "room:a", "msg", payload, position]));
    assert.deepEqual(message.position, position);
    assert.deepEqual(message.payload, payload);
    const is_object = typeof payload === "object" && payload !== null;
    assert.deepEqual(positionOf(message.payload), is_object ? position : undefined);
  }
});

test("a binary frame of kind 5 carries its position", () => {
  const raw = binary(5, ["room:é", "msg", '{"epoch":"e","offset":9}'], bytes);
  const { position, payload, ...rest } = read(raw);
  assert.deepEqual(position, { epoch: "e", offset: 9 });
  assert.deepEqual([...new Uint8Array(payload)], bytes);
  assert.deepEqual(rest, { join_ref: null, ref: null, topic: "room:é", event: "msg" });
  assert.deepEqual(positionOf(payload), position);
});

test("a sixth element that is not a position is ignored", () => {
  for (const odd of [7, null, {}, { epoch: 1, offset: 1 }, { epoch: "e", offset: 1.5 }]) {
    assert.equal(read(JSON.stringify([null, null, "t", "e", {}, odd])).position, undefined);
  }
});

test("a binary frame of an unknown kind is ignored", () => {
  assert.equal(read(binary(9, ["a", "b"])), undefined);
});

test("options are kept and request positions, with any kind of params", () => {
  const now = { token: "a" };
  const later = withPositions({ params: () => ({ token: "b" }), timeout: 5 });
  assert.deepEqual(withPositions({ params: now }).params(), { token: "a", positions: true });
  assert.deepEqual(later.params(), { token: "b", positions: true });
  assert.equal(later.timeout, 5);
  assert.deepEqual(now, { token: "a" });
});

test("a wrapped Socket class requests positions in its address", () => {
  const server = new FakeServer();
  const Positioned = withPositions(Socket);
  const socket = new Positioned("ws://x/socket", { transport: server.transport });
  socket.connect();
  assert.ok(socket instanceof Socket);
  const { searchParams } = new URL(server.line.url);
  assert.equal(searchParams.get("positions"), "true");
  assert.equal(searchParams.get("vsn"), "2.0.0");
  socket.disconnect();
});

test("a custom decode is refused", () => {
  assert.throws(() => withPositions({ decode() {} }), TypeError);
});
