// SPDX-License-Identifier: Apache-2.0
// Mistakes of clients that must get a reply, in each wire format.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { binary_push, error_reply, ok_position, Raw } from "./raw.mjs";
import { Server } from "./server.mjs";

const half = "\ud83d"; // of an emoji; JSON.stringify writes "\\ud83d"
const config = {
  limits: { malformed_max: 10 },
  rooms: [
    { match: "read:*", idempotency_field: "id", conflate_field: "id", ephemeral: ["cursor"] },
    { match: "*", idempotency_field: "", conflate_field: "" },
  ].map((rule) => ({ ...rule, presence: { mode: "off" } })),
};

let server;
let rooms_used = 0;
before(async () => {
  server = await Server.start({ config });
});
after(() => server.stop());

// Encodes and decodes messages [join_ref, ref, topic, event, payload] in each version.
const versions = [
  { vsn: "2.0.0", encode: (message) => message, decode: (frame) => frame },
  {
    vsn: "1.0.0",
    encode: ([join_ref, ref, topic, event, payload]) => ({ topic, event, payload, ref, join_ref }),
    decode: ({ topic, event, payload, ref }) => [null, ref, topic, event, payload],
  },
];

for (const { vsn, encode, decode } of versions) {
  // eslint-disable-next-line max-lines-per-function -- a suite
  describe(`V${vsn[0]} text`, () => {
    let raw;
    let topic;
    const exchange = async (message) => decode(await raw.exchange(encode(message)));
    const invalid = (join_ref, ref, name = topic) =>
      decode(encode(error_reply(join_ref, ref, name, "invalid payload", 108)));
    beforeEach(async () => {
      raw = await Raw.open(server, { vsn });
      topic = `room:${(rooms_used += 1)}`;
      assert.equal((await exchange(["1", "1", topic, "phx_join", {}]))[4].status, "ok");
    });
    afterEach(() => raw.close());

    it("answers half an emoji in any field, any number of times", async () => {
      const malformed = await server.grows("roost_malformed_total");
      for (let n = 0; n < 11; n += 1) {
        const reply = await exchange(["1", "2", topic, "msg", { text: `hi ${half}` }]);
        assert.deepEqual(reply, invalid("1", "2"));
      }
      assert.deepEqual(await exchange(["1", "3", topic, half, {}]), invalid("1", "3"));
      assert.deepEqual(await exchange(["1", "4", topic, "msg", { [half]: 1 }]), invalid("1", "4"));
      assert.deepEqual(await exchange(["1", half, topic, "msg", {}]), invalid("1", half));
      const other_topic = `room:${half}`;
      for (const event of ["phx_join", "msg", "phx_leave"]) {
        const reply = await exchange(["5", "6", other_topic, event, {}]);
        assert.deepEqual(reply, invalid("5", "6", other_topic));
      }
      const meta = { meta: { name: half } };
      const other = `${topic}-other`;
      const refused = await exchange(["7", "7", other, "phx_join", meta]);
      assert.deepEqual(refused, invalid("7", "7", other));
      assert.equal((await exchange(["1", "8", topic, "msg", { text: "😀" }]))[4].status, "ok");
      assert.equal(await malformed.by(), 0);
    });

    it("answers control characters in names, deep payloads and long numbers", async () => {
      const malformed = await server.grows("roost_malformed_total");
      const control = "a\u0000b";
      assert.deepEqual(await exchange(["1", "2", topic, control, {}]), invalid("1", "2"));
      assert.deepEqual(await exchange(["1", control, topic, "msg", {}]), invalid("1", control));
      assert.deepEqual(await exchange(["5", "6", control, "msg", {}]), invalid("5", "6", control));
      let deep = {};
      for (let n = 0; n < 1_500; n += 1) deep = { deep };
      assert.deepEqual(await exchange(["1", "7", topic, "msg", deep]), invalid("1", "7"));
      const frame = encode(["1", "8", topic, "msg", { n: "number" }]);
      const long = JSON.stringify(frame).replace('"number"', "9".repeat(1_000));
      assert.equal(decode(await raw.exchange(long))[4].status, "ok");
      assert.equal(await malformed.by(), 0);
    });

    it("answers an event without a name, and the protocol's own names", async () => {
      assert.deepEqual(await exchange(["1", "2", topic, "", {}]), invalid("1", "2"));
      for (const event of ["chan_reply_7", "PHX_CLOSE", "Presence_State"]) {
        const payload = { status: "ok", response: { epoch: "forged", offset: 999 } };
        const reply = await exchange(["1", "3", topic, event, payload]);
        assert.deepEqual(reply[4].response, { reason: "reserved event", code: 110 });
      }
    });

    it("refuses a join of a reserved topic, whatever the rules are", async () => {
      for (const name of ["phoenix", "$x"]) {
        const reply = await exchange(["5", "6", name, "phx_join", {}]);
        assert.deepEqual(reply, error_reply(null, "6", name, "unmatched topic", 100));
      }
    });

    it('distinguishes the join_ref 1 from the text "1"', async () => {
      const dropped = await server.grows("roost_messages_dropped_total", 'reason="stale_join_ref"');
      raw.send(encode([1, "2", topic, "msg", {}]));
      raw.send(encode([1, "3", topic, "phx_leave", {}]));
      assert.deepEqual((await exchange(["1", "4", topic, "msg", {}])).slice(1, 3), ["4", topic]);
      assert.equal(await dropped.by(), 2);
    });

    it("accepts the ref of a join as its join_ref", async () => {
      const other = `${topic}-other`;
      assert.equal((await exchange([0, 2, other, "phx_join", null]))[4].status, "ok");
      const reply = await exchange([2, 3, other, "msg", {}]);
      const [join_ref] = decode(encode([2, 3, other, "phx_reply", {}]));
      assert.deepEqual(reply.slice(0, 4), [join_ref, 3, other, "phx_reply"]);
      assert.equal(reply[4].status, "ok");
      await raw.next();
      assert.equal((await exchange([0, 4, other, "msg", {}]))[4].status, "ok");
    });

    it("refuses duplicate keys only in a room whose rule reads the payload", async () => {
      const read = `read:${(rooms_used += 1)}`;
      assert.equal((await exchange(["1", "1", read, "phx_join", {}]))[4].status, "ok");
      const with_payload = (name, event, payload) => {
        const text = JSON.stringify(encode(["1", "2", name, event, { marker: 1 }]));
        return text.replace('{"marker":1}', payload);
      };
      for (const payload of ['{"id":"a","id":"b"}', '{"id":"a","\\u0069d":"b"}', '{"x":1,"x":2}']) {
        for (const event of ["msg", "cursor"]) {
          const reply = decode(await raw.exchange(with_payload(read, event, payload)));
          assert.deepEqual(reply, invalid("1", "2", read));
        }
        const free = decode(await raw.exchange(with_payload(topic, "msg", payload)));
        assert.equal(free[4].status, "ok");
        await raw.next();
      }
      const other = `${topic}-other`;
      const joins = with_payload(other, "phx_join", '{"history":1,"history":2}');
      assert.deepEqual(decode(await raw.exchange(joins)), invalid("1", "2", other));
    });
  });
}

describe("V2 binary", () => {
  it("answers an invalid event name if topic and ref are valid", async () => {
    const malformed = await server.grows("roost_malformed_total");
    const raw = await Raw.open(server);
    const topic = `room:${(rooms_used += 1)}`;
    await raw.join(topic);
    const frame = binary_push("1", "2", topic, "???");
    frame.set([0xed, 0xa0, 0x80], frame.indexOf("???")); // half an emoji, as no encoder writes it
    const invalid = error_reply("1", "2", topic, "invalid payload", 108);
    assert.deepEqual(await raw.exchange(frame), invalid);
    assert.deepEqual(await raw.exchange(binary_push("1", "2", topic, "a\u0000b")), invalid);
    assert.deepEqual(await raw.exchange(binary_push("1", "2", topic, "")), invalid);
    const reserved = error_reply("1", "2", topic, "reserved event", 110);
    assert.deepEqual(await raw.exchange(binary_push("1", "2", topic, "PHX_CLOSE")), reserved);
    assert.deepEqual(await raw.exchange(binary_push("1", "2", topic, "chan_reply_7")), reserved);
    assert.equal(await malformed.by(), 0);
    raw.close();
  });

  it("matches the join_ref 1 with a number and with a text", async () => {
    const raw = await Raw.open(server);
    for (const join_ref of [1, "1"]) {
      const topic = `room:${(rooms_used += 1)}`;
      const joined = await raw.exchange([join_ref, "1", topic, "phx_join", {}]);
      ok_position(joined, [join_ref, "1", topic]);
      const reply = await raw.exchange(binary_push("1", "2", topic, "bin", [1]));
      ok_position(reply, [join_ref, "2", topic]);
      await raw.next();
    }
    raw.close();
  });
});
