// SPDX-License-Identifier: Apache-2.0
// The server of examples/rooms over a WebSocket: replies, ticks, events for one member, kicks.
import assert from "node:assert/strict";
import { it } from "node:test";
import { error_reply, Raw } from "./raw.mjs";
import { Server } from "./server.mjs";

const topic = "guess:1";
const rooms = [
  { match: "guess:*", presence: { mode: "off" } },
  { match: "room:*", presence: { mode: "off" } },
];

async function start(t) {
  const file = process.env.ROOST_GUESS_BIN;
  assert.ok(file, "no guess_server: build it, and name it by ROOST_GUESS_BIN");
  return Server.start({ t, config: { rooms }, program: [file] });
}

/// Joins the game and checks the private event that follows the reply.
async function play(server, name) {
  const raw = await Raw.open(server);
  await raw.join(topic, "1", "1", { meta: { name } });
  assert.deepEqual(await raw.next(), ["1", null, topic, "rules", { from: 1, to: 100 }]);
  return raw;
}

/// The next frame that is not the scores of a tick.
async function next_move(raw) {
  for (;;) {
    const frame = await raw.next();
    if (frame[3] !== "scores") return frame;
  }
}

async function next_scores(raw) {
  for (;;) {
    const frame = await raw.next();
    if (frame[3] === "scores") return frame[4].scores;
  }
}

it("answers pushes, tells the others who won, and sends the scores at a tick", async (t) => {
  const server = await start(t);
  const ann = await play(server, "Ann");
  const bob = await play(server, "Bob");
  bob.send(["1", "2", topic, "shout", {}]);
  assert.deepEqual(await next_move(bob), error_reply("1", "2", topic, "not a guess", 115));
  let [low, high, found] = [1, 100, false];
  for (let ref = 2; !found; ref += 1) {
    const number = Math.floor((low + high) / 2);
    ann.send(["1", `${ref}`, topic, "guess", { number }]);
    const [, , , event, { status, response }] = await next_move(ann);
    assert.deepEqual([event, status], ["phx_reply", "ok"]);
    if (response.it_is === "higher") low = number + 1;
    if (response.it_is === "lower") high = number - 1;
    found = response.it_is === "right";
  }
  const frame = [null, null, topic, "round_won", { by: "Ann" }];
  assert.deepEqual((await next_move(bob)).slice(0, 5), frame);
  const won = [{ name: "Ann", points: 1 }, { name: "Bob", points: 0 }];
  assert.deepEqual(await next_scores(bob), won);
  bob.close();
  while ((await next_scores(ann)).length > 1);
});

it("ends the channel of a member that guesses too often, and lets it join again", async (t) => {
  const server = await start(t);
  const raw = await play(server, "Ann");
  for (let ref = 2; ref < 23; ref += 1) raw.send(["1", `${ref}`, topic, "guess", { number: 1e6 }]);
  let frame = await next_move(raw);
  while (frame[3] === "phx_reply") frame = await next_move(raw);
  assert.deepEqual(frame, ["1", "1", topic, "phx_close", { reason: "too many guesses" }]);
  assert.equal((await raw.exchange(["2", "2", topic, "phx_join", {}]))[4].status, "ok");
});

it("relays in rooms of other rules", async (t) => {
  const server = await start(t);
  const raw = await Raw.open(server);
  await raw.join("room:1");
  await raw.assert_silent("room:1", "1");
});
