// SPDX-License-Identifier: Apache-2.0
// The server API with members in the rooms: the official client, and clients that check each frame.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { call, ok, post, publish, refused } from "./api_calls.mjs";
import { answer, clients, close_sockets, join, open_socket } from "./clients.mjs";
import { Member } from "./member.mjs";
import { Server, until } from "./server.mjs";
import { secret as hs256_secret, token_of } from "./tokens.mjs";

const quiet = { presence: { mode: "off" } };
const config = {
  auth: { hs256_secret },
  limits: { payload_bytes_max: 20_000 },
  rooms: [
    { match: "once:*", idempotency_field: "id", allow: { join: "any" }, ...quiet },
    { match: "quiet:*", echo: false, ephemeral: ["typing"], allow: { join: "any" }, ...quiet },
    { match: "strict:*", events: { msg: { bytes_max: 20 } }, allow: { join: "any" }, ...quiet },
    { match: "present:*", allow: { join: "any" } },
    { match: "room:*", history: { events_max: 50 }, allow: { join: "any" }, ...quiet },
  ],
};

// eslint-disable-next-line max-lines-per-function -- a suite
describe("the server API", () => {
  let server;
  let rooms = 0;
  const new_topic = (kind = "room") => `${kind}:${(rooms += 1)}`;
  before(async () => {
    server = await Server.start({ config });
  });
  afterEach(close_sockets);
  after(() => server.stop());

  it("delivers published events to the official client, in order with its own pushes", async () => {
    const topic = new_topic();
    const [client] = clients;
    const { channel, received } = await join(client, open_socket(client, server), topic);
    const offsets = [];
    for (let n = 0; n < 20; n += 2) {
      offsets.push((await ok(publish(server, topic, "msg", { n }))).offset);
      const pushed = await answer(channel.push("msg", { n: n + 1 }));
      offsets.push(pushed.response.offset);
    }
    await until(() => received.length === 20, "all events");
    assert.deepEqual(received.map(({ n }) => n), [...Array(20).keys()]);
    assert.deepEqual(offsets, [...Array(20).keys()].map((n) => n + 1));
  });

  it("delivers events with the positions of their responses, also after a resume", async () => {
    const topic = new_topic();
    const member = await Member.join(server, topic);
    const first = await ok(publish(server, topic, "msg", { n: 1 }));
    assert.deepEqual((await member.event("msg")).position, first);
    member.close();
    const missed = [];
    for (const n of [2, 3]) missed.push(await ok(publish(server, topic, "msg", { n })));
    const back = await Member.join(server, topic, { payload: { resume: first } });
    assert.equal(back.joined.recovered, true);
    for (const position of missed) assert.deepEqual((await back.event("msg")).position, position);
    back.close();
  });

  it("keeps events that are published into a room without members", async () => {
    const topic = new_topic();
    const positions = [];
    for (const n of [1, 2, 3]) positions.push(await ok(publish(server, topic, "msg", { n })));
    const late = await Member.join(server, topic, { payload: { history: 2 } });
    assert.deepEqual(await late.events("msg", 2), [{ n: 2 }, { n: 3 }]);
    assert.equal(late.joined.epoch, positions[0].epoch);
    late.close();
  });

  it("applies publishes with the same key once, from the header or the payload", async () => {
    const topic = new_topic("once");
    const member = await Member.join(server, topic);
    const headers = { "idempotency-key": "k1" };
    const first = await ok(publish(server, topic, "msg", { n: 1 }, { headers }));
    assert.deepEqual(await ok(publish(server, topic, "msg", { n: 1 }, { headers })), first);
    assert.deepEqual(await ok(publish(server, topic, "msg", { id: "k1" })), first);
    await member.event("msg");
    const other = new_topic("room");
    assert.equal((await ok(publish(server, other, "msg", {}, { headers }))).offset, 1);
    assert.equal((await ok(publish(server, other, "msg", {}, { headers }))).offset, 1);
    member.close();
  });

  it("keeps the idempotency keys of publishes and of members' pushes apart", async () => {
    const topic = new_topic("once");
    const member = await Member.join(server, topic);
    const pushed = await member.push("msg", { id: "order-17" });
    const headers = { "idempotency-key": "order-17" };
    const paid = await ok(publish(server, topic, "paid", { sum: 3 }, { headers }));
    assert.equal(paid.offset, pushed.offset + 1);
    await member.event("msg");
    assert.deepEqual((await member.event("paid")).payload, { sum: 3 });
    assert.deepEqual(await ok(publish(server, topic, "paid", { id: "order-17" })), paid);
    await ok(publish(server, topic, "msg", { id: "order-18" }));
    await member.event("msg");
    const late = await member.push("msg", { id: "order-18" });
    assert.equal(late.offset, paid.offset + 2);
    member.close();
  });

  it("answers fifty concurrent publishes, each with its own position", async () => {
    const topic = new_topic();
    const all = await Promise.all(
      [...Array(50).keys()].map((n) => ok(publish(server, topic, "msg", { n }))),
    );
    const offsets = all.map(({ offset }) => offset).sort((a, b) => a - b);
    assert.deepEqual(offsets, [...Array(50).keys()].map((n) => n + 1));
  });

  it("publishes ephemeral events without a position, and to rooms without echo", async () => {
    const topic = new_topic("quiet");
    const member = await Member.join(server, topic);
    assert.deepEqual(await ok(publish(server, topic, "typing", { x: 1 })), {});
    const typing = await member.event("typing");
    assert.deepEqual([typing.payload, typing.position], [{ x: 1 }, undefined]);
    await ok(publish(server, topic, "msg", { n: 1 }));
    assert.deepEqual((await member.event("msg")).payload, { n: 1 });
    member.close();
  });

  it("refuses an event that a member could not push", async () => {
    const unmatched = [404, "unmatched topic"];
    await refused(publish(server, "none:1", "msg", {}), ...unmatched);
    await refused(publish(server, "$room:1", "msg", {}), ...unmatched);
    await refused(publish(server, "room:x", "phx_close", {}), 400, "reserved event");
    await refused(publish(server, "phoenix", "msg", {}), ...unmatched);
    for (const event of ["presence_diff", "chan_reply_7", "PHX_CLOSE", "presence_update"]) {
      await refused(publish(server, "room:x", event, {}), 400, "reserved event");
    }
    await refused(publish(server, "room:x", "", {}), 400, "invalid payload");
    const twice = '{"topic":"once:x","event":"msg","payload":{"id":"1","\\u0069d":"2"}}';
    await refused(post(server, "/api/publish", twice), 400, "invalid payload");
    await refused(publish(server, "room:x", "msg", [1]), 400, "invalid payload");
    await refused(publish(server, "room:x", "msg", "text"), 400, "invalid payload");
    await refused(publish(server, "x".repeat(256), "msg", {}), 400, "name too long");
    const large = { x: "x".repeat(20_000) };
    await refused(publish(server, "room:x", "msg", large), 413, "payload too large");
    const over = { x: "x".repeat(20) };
    await refused(publish(server, "strict:1", "msg", over), 413, "payload too large");
    await refused(call(server, "/api/room?topic=room:x"), 404, "not found");
  });

  it("answers a broadcast with one result for each topic", async () => {
    const topics = [new_topic(), "none:1", new_topic(), "$x"];
    const { results } = await ok(
      post(server, "/api/broadcast", { topics, event: "msg", payload: { n: 1 } }),
    );
    assert.deepEqual(results.map(({ topic }) => topic), topics);
    assert.deepEqual(results.map(({ offset }) => offset), [1, undefined, 1, undefined]);
    assert.deepEqual(results[1], { topic: "none:1", reason: "unmatched topic", code: 100 });
  });

  it("shows the position of a room, and its presence", async () => {
    const topic = new_topic("present");
    const member = await Member.open(server);
    await member.join(topic, { token: token_of("ann"), meta: { status: "busy" } });
    await ok(publish(server, topic, "msg", {}));
    const room = await ok(call(server, `/api/room?topic=${topic}`));
    const { epoch, ...rest } = room;
    assert.equal(epoch, member.joined.epoch);
    assert.deepEqual(rest, { topic, kind: "relay", owner: "a", offset: 1, members: 1 });
    const presence = await ok(call(server, `/api/presence?topic=${topic}`));
    assert.deepEqual(Object.keys(presence), ["ann"]);
    const [meta] = presence.ann.metas;
    assert.deepEqual({ ...meta, phx_ref: "" }, { status: "busy", phx_ref: "" });
    member.close();
  });

  it("accepts any characters of a topic in the query", async () => {
    const topic = 'room:ä/ +&=%"🙂';
    await ok(publish(server, topic, "msg", { n: 1 }));
    const encoded = encodeURIComponent(topic);
    assert.equal((await ok(call(server, `/api/room?topic=${encoded}`))).topic, topic);
    const { events } = await ok(call(server, `/api/history?topic=${encoded}`));
    assert.deepEqual(events[0].payload, { n: 1 });
  });

  it("pages through history, and says if events are lost", async () => {
    const topic = new_topic();
    const first = await ok(publish(server, topic, "msg", { n: 1 }));
    for (let n = 2; n <= 60; n += 1) await ok(publish(server, topic, "msg", { n }));
    const offsets = [];
    let since = "";
    for (;;) {
      const page = await ok(call(server, `/api/history?topic=${topic}&limit=20${since}`));
      offsets.push(...page.events.map(({ offset }) => offset));
      if (!page.more) break;
      const last = page.events.at(-1);
      since = `&since=${last.epoch}:${last.offset}`;
    }
    assert.deepEqual(offsets, [...Array(50).keys()].map((n) => n + 11));
    const lost = await ok(
      call(server, `/api/history?topic=${topic}&since=${first.epoch}:1&limit=1`),
    );
    assert.equal(lost.recovered, false);
    assert.equal(lost.events[0].offset, 11);
    const kept = await ok(call(server, `/api/history?topic=${topic}&since=${first.epoch}:59`));
    assert.deepEqual([kept.recovered, kept.events.length, kept.more], [true, 1, false]);
  });

  it("shows bytes in the history as base64", async () => {
    const topic = new_topic();
    const member = await Member.join(server, topic, { form: { codec: "binary", positions: true } });
    await member.push("msg", Buffer.from([1, 2, 3]));
    const { events } = await ok(call(server, `/api/history?topic=${topic}`));
    assert.deepEqual(events[0].payload, { payload_base64: "AQID" });
    member.close();
  });

  it("lists rooms by topic, page by page", async () => {
    const names = [...Array(25).keys()].map((n) => `room:list-${String(n).padStart(2, "0")}`);
    for (const topic of names) await ok(publish(server, topic, "msg", {}));
    const topics = [];
    let after_topic = "";
    for (;;) {
      const path = `/api/rooms?match=room:list-*&limit=10${after_topic}`;
      const { rooms: page, next } = await ok(call(server, path));
      topics.push(...page.map(({ topic }) => topic));
      if (next === null) break;
      after_topic = `&after=${next}`;
    }
    assert.deepEqual(topics, names);
    const one = await ok(call(server, "/api/rooms?match=room:list-07"));
    assert.deepEqual(one.rooms.map(({ topic }) => topic), ["room:list-07"]);
  });

  it("shows a user's connections, and closes them with 1001", async () => {
    const [topic, user] = [new_topic(), "bob"];
    const mine = [await Member.open(server), await Member.open(server)];
    for (const each of mine) await each.join(topic, { token: token_of(user) });
    const stranger = await Member.join(server, topic, { payload: { token: token_of("eve") } });
    const shown = await ok(call(server, `/api/user?user=${user}`));
    assert.equal(shown.total, 2);
    for (const { address, topics, since } of shown.connections) {
      assert.deepEqual([address, topics], ["127.0.0.1", [topic]]);
      assert.ok(Math.abs(since - Date.now() / 1000) < 600);
    }
    const closed = await ok(post(server, "/api/disconnect", { user }));
    assert.deepEqual(closed, { connections: 2, node: "a" });
    for (const each of mine) assert.equal((await each.raw.closed).code, 1001);
    await until(
      async () => (await ok(call(server, `/api/user?user=${user}`))).total === 0,
      "no connections of the user",
    );
    await stranger.push("msg", {});
    stranger.close();
  });

  it("revokes a user's tokens or one token: closes with 1008, then refuses them", async () => {
    const topic = new_topic();
    const open = async (sub, claims) => {
      const member = await Member.open(server);
      await member.join(topic, { token: token_of(sub, claims) });
      return member;
    };
    const iat = Math.floor(Date.now() / 1000) - 60;
    const carl = await open("carl", { iat });
    const dora = await open("dora", { iat, jti: "token-1" });
    const other = await open("dora", { iat, jti: "token-2" });
    const now = Date.now() / 1000;
    const { until: end, before: from } = await ok(post(server, "/api/revoke", { user: "carl" }));
    assert.ok(Math.abs(end - now - 86_400) < 600);
    assert.equal(end - from, 86_400);
    assert.equal((await carl.raw.closed).code, 1008);
    const expires = Math.floor(now) + 100;
    const order = { token_id: "token-1", until: expires };
    assert.deepEqual(await ok(post(server, "/api/revoke", order)), { until: expires });
    assert.equal((await dora.raw.closed).code, 1008);
    await other.push("msg", {});
    other.close();
    const again = await Member.open(server);
    again.topic = topic;
    const { reason } = await again.error(
      again.send("phx_join", { token: token_of("carl", { iat }) }),
    );
    assert.equal(reason, "unauthorized");
    // A token that was issued in the second of `before`, or later, is valid.
    await again.join(topic, { token: token_of("carl", { iat: from }) });
    again.close();
    await refused(post(server, "/api/revoke", { user: "x", until: 1 }), 400, "bad request");
  });

  it("counts requests by route and status", async () => {
    const label = 'route="publish",status="2xx"';
    const count_before = await server.metric("roost_api_requests_total", label);
    await ok(publish(server, new_topic(), "msg", {}));
    assert.equal(await server.metric("roost_api_requests_total", label), count_before + 1);
  });
});
