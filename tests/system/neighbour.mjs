// SPDX-License-Identifier: Apache-2.0
// A well-behaved member that pushes while other clients misbehave, and checks every reply.
import assert from "node:assert/strict";
import { after, afterEach, before, it } from "node:test";
import { ok_position, Raw } from "./raw.mjs";
import { measures_memory, Server, sleep } from "./server.mjs";

/// Starts one server for all tests of a file, with a neighbour that is checked after each test.
/// `on_start` gets {server, neighbour}; `options` are those of Server.start(), `pause_ms` that of
/// Neighbour.open(). Returns a function that declares the test of the server's memory growth.
export function beside_a_neighbour(on_start, options, pause_ms) {
  let server;
  let neighbour;
  let rss_before;
  before(async () => {
    server = await Server.start(options);
    neighbour = await Neighbour.open(server, { pause_ms });
    await neighbour.assert_served();
    rss_before = server.rss_bytes();
    on_start({ server, neighbour });
  });
  afterEach(() => neighbour?.assert_served());
  after(async () => {
    try {
      await neighbour?.close();
    } finally {
      await server?.stop();
    }
  });
  return (growth_bytes_max) =>
    it("keeps its memory growth within the bound", { skip: !measures_memory }, () => {
      const grown = server.rss_bytes() - rss_before;
      assert.ok(grown < growth_bytes_max, `grew by ${grown} bytes`);
    });
}

export class Neighbour {
  /// `pause_ms`: the pause after each push.
  static async open(server, { topic = "room:neighbour", pause_ms = 10 } = {}) {
    const raw = await Raw.open(server);
    const { offset } = await raw.join(topic);
    return new Neighbour(raw, { topic, offset, pause_ms });
  }

  constructor(raw, { topic, offset, pause_ms }) {
    this.raw = raw;
    this.topic = topic;
    this.offset = offset;
    this.pause_ms = pause_ms;
    this.pushed = 0;
    this.goes_on = true;
    this.failure = null;
    this.work = this.run().catch((failure) => (this.failure = failure));
  }

  async run() {
    while (this.goes_on) {
      const n = (this.pushed += 1);
      const reply = await this.raw.exchange(["1", `${n}`, this.topic, "msg", { n }]);
      const { offset } = ok_position(reply, ["1", `${n}`, this.topic]);
      assert.equal(offset, this.offset + n);
      assert.deepEqual(await this.raw.next(), [null, null, this.topic, "msg", { n }]);
      await sleep(this.pause_ms);
    }
  }

  /// Checks that every push so far was answered and broadcast, and waits for one more.
  async assert_served() {
    const before = this.pushed;
    while (this.pushed < before + 2 && !this.failure) {
      await sleep(10);
    }
    assert.equal(this.failure, null);
  }

  async close() {
    this.goes_on = false;
    await this.work;
    this.raw.close();
    assert.equal(this.failure, null);
  }
}
