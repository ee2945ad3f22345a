// SPDX-License-Identifier: Apache-2.0
// A client that fills room after room and leaves: the memory of all rooms is bounded for the node.
import assert from "node:assert/strict";
import { it } from "node:test";
import { Neighbour } from "./neighbour.mjs";
import { Raw } from "./raw.mjs";
import { measures_memory, Server } from "./server.mjs";

const history_bytes_max = 8 << 20;
const rooms = 60;
const payload = { x: "x".repeat(250_000) };

it("keeps the history of all rooms within its bound, and serves other rooms", async (t) => {
  const server = await Server.start({
    t,
    sets: {
      "limits.history_bytes_max": history_bytes_max,
      // Without rates, so that the test is about memory and not about speed.
      "rates.connection.messages.per_second": 0,
      "rates.connection.joins.per_second": 0,
    },
  });
  const neighbour = await Neighbour.open(server);
  const raw = await Raw.open(server);
  const rss_before = server.rss_bytes();
  for (let n = 0; n < rooms; n += 1) {
    const topic = `room:fill-${n}`;
    await raw.join(topic);
    for (const ref of ["2", "3", "4"]) {
      await raw.exchange(["1", ref, topic, "msg", payload]);
      await raw.next();
    }
    assert.equal((await raw.exchange(["1", "5", topic, "phx_leave", {}]))[4].status, "ok");
    assert.equal((await raw.next())[3], "phx_close");
  }
  assert.ok((await server.metric("roost_history_bytes")) <= history_bytes_max * 1.5);
  assert.ok((await server.metric("roost_histories_cut_total", 'how="forgotten"')) > rooms / 4);
  assert.ok((await server.metric("roost_rooms")) < rooms);
  if (measures_memory) {
    const grown = server.rss_bytes() - rss_before;
    const sent = rooms * 3 * 250_000;
    assert.ok(grown < sent / 1.5, `${grown} bytes more after ${sent}`);
  }
  await neighbour.assert_served();
  await neighbour.close();
  raw.close();
  await server.stop();
});
