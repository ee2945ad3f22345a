// SPDX-License-Identifier: Apache-2.0
// The official clients, unmodified, against the real server: the same tests for each.
import assert from "node:assert/strict";
import { connect, createServer } from "node:net";
import { after, afterEach, before, describe, it } from "node:test";
import { answer, clients, close_sockets, join, open_socket } from "./clients.mjs";
import { position } from "./raw.mjs";
import { Server, until } from "./server.mjs";

const config = {
  rooms: [
    { match: "quiet:*", kind: "relay", echo: false },
    { match: "small:*", kind: "relay", members_max: 2 },
    { match: "room:*", kind: "relay" },
  ],
};
/// Waits for phx_close of the server; the clients consider a leave as done before it.
const server_close = (socket, topic) =>
  new Promise((done) => {
    socket.onMessage((message) => {
      if (message.topic === topic && message.event === "phx_close") done();
      return message;
    });
  });

/// A proxy to the server that delays each direction by 150 ms.
async function slow_proxy(t, port, ms = 150) {
  const proxy = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      from.on("data", (data) => setTimeout(() => to.writable && to.write(data), ms));
      from.on("close", () => setTimeout(() => to.destroy(), ms));
      from.on("error", () => to.destroy());
    }
  });
  await new Promise((done) => proxy.listen(0, "127.0.0.1", done));
  t.after(() => proxy.close());
  return { ws_url: `ws://127.0.0.1:${proxy.address().port}/socket` };
}

const refused = (reason, code) => ({ status: "error", response: { reason, code } });

for (const [index, client] of clients.entries()) {
  // eslint-disable-next-line max-lines-per-function -- a suite
  describe(client.name, () => {
    let server;
    let rooms = 0;
    const new_topic = (kind = "room") => `${kind}:${index}-${(rooms += 1)}`;
    const open = (options) => open_socket(client, server, options);
    before(async () => {
      server = await Server.start({ config });
    });
    afterEach(close_sockets);
    after(() => server.stop());

    it("joins a room and gets its position", async () => {
      const { joined } = await join(client, open(), new_topic());
      assert.equal(joined.status, "ok", JSON.stringify(joined));
      position(joined.response);
    });

    it("gets the position of its push as the reply", async () => {
      const { channel, joined } = await join(client, open(), new_topic());
      for (const n of [1, 2]) {
        const { status, response } = await answer(channel.push("msg", client.wrap({ n })));
        assert.equal(status, "ok", JSON.stringify(response));
        const { epoch, offset } = position(response);
        assert.equal(epoch, joined.response.epoch);
        assert.equal(offset, joined.response.offset + n);
      }
    });

    it("gets its own reply before its own broadcast", async () => {
      const { channel, received } = await join(client, open(), new_topic());
      const order = [];
      channel.on("msg", (payload) => order.push(`broadcast ${client.unwrap(payload).n}`));
      for (let n = 0; n < 20; n += 1) {
        channel.push("msg", client.wrap({ n })).receive("ok", () => order.push(`reply ${n}`));
      }
      await until(() => received.length === 20, () => `20 broadcasts, order ${order}`);
      for (let n = 0; n < 20; n += 1) {
        const [reply, broadcast] = [order.indexOf(`reply ${n}`), order.indexOf(`broadcast ${n}`)];
        assert.ok(reply >= 0 && reply < broadcast, `${n}: ${order}`);
      }
    });

    it("shares one order of events among three members", async () => {
      const topic = new_topic();
      const members = await Promise.all([0, 1, 2].map(() => join(client, open(), topic)));
      for (let n = 0; n < 30; n += 1) {
        members[n % 3].channel.push("msg", client.wrap({ n, é: "…" }));
      }
      await until(() => members.every(({ received }) => received.length === 30), "30 events each");
      assert.deepEqual(members[1].received, members[0].received);
      assert.deepEqual(members[2].received, members[0].received);
      const numbers = members[0].received.map(({ n }) => n);
      assert.deepEqual([...numbers].sort((a, b) => a - b), [...Array(30).keys()]);
      for (const own of [0, 1, 2]) {
        const mine = numbers.filter((n) => n % 3 === own);
        assert.deepEqual(mine, [...mine].sort((a, b) => a - b), "a member's own pushes in order");
      }
    });

    it("gets an error for a payload that is not an object", async () => {
      const { channel, received } = await join(client, open(), new_topic());
      for (const payload of ["text", 7, [1]]) {
        const reply = await answer(channel.push("msg", payload));
        assert.deepEqual(reply, refused("invalid payload", 108));
      }
      assert.deepEqual(received, []);
    });

    it("gets an error for a reserved event name", async () => {
      const { channel } = await join(client, open(), new_topic());
      for (const event of ["phx_foo", "presence_foo", "chan_reply_7", "PHX_CLOSE"]) {
        const reply = await answer(channel.push(event, client.wrap({})));
        assert.deepEqual(reply, refused("reserved event", 110));
      }
    });

    it("receives no forged reply from another member, even on a slow network", async (t) => {
      const topic = new_topic();
      const proxy = await slow_proxy(t, server.port);
      const victim = await join(client, open_socket(client, proxy), topic);
      const forger = await join(client, open(), topic);
      // It has not pushed yet, so the attacker can guess its next refs.
      const forged = { status: "ok", response: { epoch: "forged", offset: 999 } };
      const pushed = answer(victim.channel.push("msg", client.wrap({ n: 1 })));
      const names = Array.from({ length: 20 }, (_, ref) => `chan_reply_${ref}`);
      const tries = [...names, ...names.map((name) => name.toUpperCase())];
      const replies = await Promise.all(
        tries.map((name) => answer(forger.channel.push(name, client.wrap(forged)))),
      );
      replies.forEach((each) => assert.deepEqual(each, refused("reserved event", 110)));
      const { status, response } = await pushed;
      assert.equal(status, "ok");
      const { epoch, offset } = victim.joined.response;
      assert.deepEqual(response, { epoch, offset: offset + 1 });
    });

    it("receives nothing after it leaves", async () => {
      const topic = new_topic();
      const [leaver, stayer] = await Promise.all([0, 1].map(() => join(client, open(), topic)));
      const closed = new Promise((done) => leaver.channel.onClose(done));
      assert.equal((await answer(leaver.channel.leave())).status, "ok");
      await closed;
      assert.equal((await answer(stayer.channel.push("msg", client.wrap({})))).status, "ok");
      await until(() => stayer.received.length === 1, "the stayer's own event");
      assert.equal(leaver.received.length, 0);
    });

    it("rejoins by itself after a restart of the server on its port", async () => {
      const { channel, received } = await join(client, open(), new_topic());
      await server.stop();
      await until(() => channel.state !== "joined", "the channel's loss");
      server = await server.restart();
      await until(() => channel.state === "joined", () => `a rejoin, is ${channel.state}`);
      assert.equal((await answer(channel.push("msg", client.wrap({ n: 1 })))).status, "ok");
      await until(() => received.length === 1, "the event after the restart");
    });

    it("gets an error for an unmatched topic", async () => {
      const { joined } = await join(client, open(), "nowhere:1");
      assert.deepEqual(joined, refused("unmatched topic", 100));
    });

    it("gets replies to its heartbeats", async () => {
      const socket = open({ heartbeatIntervalMs: 500 });
      let answered = 0;
      socket.onMessage(({ topic, event, payload }) => {
        if (topic === "phoenix" && event === "phx_reply" && payload.status === "ok") answered += 1;
      });
      await until(() => answered >= 3, () => `three answers, got ${answered}`);
      assert.ok(socket.isConnected());
    });

    it("does not receive its own events if echo is false, others do", async () => {
      const topic = new_topic("quiet");
      const [sender, other] = await Promise.all([0, 1].map(() => join(client, open(), topic)));
      assert.equal((await answer(sender.channel.push("msg", client.wrap({ n: 1 })))).status, "ok");
      await until(() => other.received.length === 1, "the event at the other member");
      await answer(other.channel.push("msg", client.wrap({ n: 2 })));
      await until(() => sender.received.length === 1, "the other's event at the sender");
      assert.deepEqual([sender.received, other.received], [[{ n: 2 }], [{ n: 1 }]]);
    });

    it("gets an error for a join of a full room", async () => {
      const topic = new_topic("small");
      const socket = open();
      const first = await join(client, socket, topic);
      const left = server_close(socket, topic);
      assert.equal((await join(client, open(), topic)).joined.status, "ok");
      const third = await join(client, open(), topic);
      assert.deepEqual(third.joined, refused("room full", 105));
      third.channel.leave();
      first.channel.leave();
      await left;
      assert.equal((await join(client, open(), topic)).joined.status, "ok");
    });

    it("joins 100 channels on one connection and no more", async () => {
      const socket = open();
      const topics = Array.from({ length: 100 }, () => new_topic());
      const all = await Promise.all(topics.map((topic) => join(client, socket, topic)));
      assert.ok(all.every(({ joined }) => joined.status === "ok"));
      const over = await join(client, socket, new_topic());
      assert.deepEqual(over.joined, refused("too many channels joined", 104));
      over.channel.leave();
      assert.equal((await answer(all[7].channel.leave())).status, "ok");
      const { joined } = await join(client, socket, new_topic());
      assert.equal(joined.status, "ok", JSON.stringify(joined));
    });
  });
}
