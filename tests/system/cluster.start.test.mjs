// SPDX-License-Identifier: Apache-2.0
// A node that must not serve on its NATS ends with exit code 3 and says why.
import assert from "node:assert/strict";
import { it } from "node:test";
import { NatsNode } from "./cluster/nats_node.mjs";
import { NatsServer } from "./cluster/nats_server.mjs";
import { keeps_all } from "./durable/store_server.mjs";
import { until } from "./server.mjs";

const rooms = [keeps_all("*")];

async function refusal(t, nats, cluster = {}) {
  const node = new NatsNode(t, nats, { rooms, cluster });
  const { code, text } = await node.fails_to_start();
  assert.equal(code, 3, text);
  return text;
}

it("does not start while NATS is away", async (t) => {
  const nats = await NatsServer.start(t);
  await nats.kill();
  assert.match(await refusal(t, nats), /NATS cannot be used at nats:\/\/127\.0\.0\.1:\d+/);
});

it("does not start with another number of shards", async (t) => {
  const nats = await NatsServer.start(t);
  const node = await NatsNode.start(t, nats, { rooms });
  const text = await refusal(t, nats, { shards: 5 });
  assert.match(text, /cluster\.shards is 5, but the store has 4 shards/);
  await node.server.stop();
});

it("does not start if the sync of NATS must be known and is not", async (t) => {
  const nats = await NatsServer.start(t);
  const cluster = { require_sync: true, monitor_url: "http://127.0.0.1:1" };
  assert.match(await refusal(t, nats, cluster), /cluster\.require_sync/);
});

it("ends if another node has its name, which goes on", async (t) => {
  const nats = await NatsServer.start(t);
  const first = await NatsNode.start(t, nats, { rooms });
  // Of two that have not listened for gone_ms yet, either one may end.
  const is_up = () => first.server.log_lines("shard_taken").length === 4;
  await until(is_up, () => `shards: ${first.server.output()}`);
  const second = new NatsNode(t, nats, { rooms });
  second.spawn();
  const { code } = await second.server.exited;
  assert.equal(code, 3, second.server.output());
  assert.match(second.server.output(), /cluster test has another node with the name a/);
  await first.server.stop();
});
