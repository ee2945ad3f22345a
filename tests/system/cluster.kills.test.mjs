// SPDX-License-Identifier: Apache-2.0
// Three nodes of which one is ended by kill -9, again and again: an owner of rooms, and a node that
// has members only. ROOST_KILLS: how often each (`make kill-cluster` sets it; then bounds of time
// count).
import assert from "node:assert/strict";
import { it } from "node:test";
import { NatsCluster } from "./cluster/nats_cluster.mjs";
import { RoomsClient } from "./cluster/rooms_client.mjs";
import { gone_ms, repeated, Times } from "./cluster/times.mjs";
import { keeps_all } from "./durable/store_server.mjs";
import { count_to } from "./member.mjs";
import { sleep, until } from "./server.mjs";

const kills = repeated(1);
const window_ms = 50; // of rooms[].presence.window_ms
const presence = { mode: "full", window_ms };
const rooms = [keeps_all("*", { idempotency_field: "id", presence })];
const topics = count_to(12).map((n) => `room:${n}`);
const clients_of_node = 3;
const times_of = {
  detected: gone_ms + 250,
  pushed: 2_000,
  present: 3 * gone_ms,
};

class KillRounds {
  constructor(t, cluster) {
    this.cluster = cluster;
    this.times = new Times(t);
    this.clients = new Map(); // by node
    this.pushes = 0;
    this.moved = 0; // rooms that got another owner
  }

  /// New clients of this node, when all rooms know them.
  async connect(node) {
    const who = count_to(clients_of_node).map((n) => `${node.name}${n}`);
    const join = (each) => RoomsClient.join(node.server, topics, each);
    this.clients.set(node, await Promise.all(who.map(join)));
  }

  get all() {
    return [...this.clients.values()].flat();
  }

  /// Waits until each client sees exactly all clients in each room.
  async see_each_other() {
    const all = this.all.map(({ who }) => who).sort();
    const text = all.join();
    const sees = (client) => topics.every((topic) => client.present(topic).join() === text);
    const lacks = () => this.all.filter((client) => !sees(client)).map(({ who }) => who);
    await until(() => this.all.every(sees), () => `presence of ${text}: not at ${lacks()}`);
  }

  /// One push into each room by a client of each living node.
  async push_everywhere() {
    const firsts = [...this.clients.values()].map(([first]) => first);
    const id = `${(this.pushes += 1)}`;
    const say = (client) => (topic) => client.say(topic, { id: `${client.who} ${id}` });
    const answers = firsts.flatMap((client) => topics.map(say(client)));
    return Math.max(...(await Promise.all(answers)).map(({ at_ms }) => at_ms));
  }

  epochs() {
    return topics.map((topic) => this.all[0].channels.get(topic).epoch);
  }

  async round(victim, kind) {
    await this.push_everywhere();
    const gone = this.clients.get(victim).map(({ who }) => who);
    this.clients.delete(victim);
    for (const client of this.all) client.forget_changes();
    const epochs = this.epochs();
    const killed_ms = Date.now();
    const killed = victim.kill();
    const pushed_ms = await this.push_everywhere();
    await this.see_each_other();
    await killed;
    await sleep(5 * window_ms); // for a change that must not come
    const moved = this.epochs().filter((epoch, n) => epoch !== epochs[n]).length;
    assert.equal(moved > 0, kind === "owner", `${moved} rooms moved with the ${kind}`);
    this.moved += moved;
    this.check_leaves(gone, epochs);
    const changes_ms = this.change_times();
    const first_ms = Math.min(...changes_ms) - window_ms;
    const detected_ms = Math.min(this.first_taken_ms(killed_ms), first_ms);
    const present = Math.max(...changes_ms) - killed_ms;
    const since = { detected: detected_ms - killed_ms, present };
    const pushed = Math.max(0, pushed_ms - detected_ms);
    for (const [name, ms] of Object.entries({ ...since, pushed })) {
      this.times.note(`${kind}: ${name}`, ms, times_of[name]);
    }
  }

  /// Each living client saw all members of the killed node leave at once, and nothing else: in a
  /// diff, or in the first state of a new owner.
  check_leaves(gone, epochs) {
    for (const { who, channels, ends } of this.all) {
      assert.deepEqual(ends, [], `${who} was disconnected`);
      for (const [index, topic] of topics.entries()) {
        const { changes, epoch } = channels.get(topic);
        const found = changes.map(({ event, joins, leaves }) => ({ event, joins, leaves }));
        const event = epoch === epochs[index] ? "presence_diff" : "presence_state";
        assert.deepEqual(found, [{ event, joins: [], leaves: gone }], `${who} in ${topic}`);
      }
    }
  }

  change_times() {
    return this.all.flatMap(({ channels }) =>
      [...channels.values()].flatMap(({ changes }) => changes.map(({ at_ms }) => at_ms)),
    );
  }

  /// When another node took a shard of the killed one; Infinity: none did.
  first_taken_ms(from_ms) {
    const taken = this.cluster.running.flatMap((node) => node.taken.map(({ at_ms }) => at_ms));
    return Math.min(...taken.filter((at_ms) => at_ms >= from_ms));
  }

  async bring_back(victim) {
    await victim.start();
    await this.cluster.settled();
    await this.connect(victim);
    await this.see_each_other();
  }

  /// Every client received the events of its rooms without a gap.
  check_events() {
    for (const { who, channels } of this.all) {
      for (const [topic, { events }] of channels) {
        const offsets = events.map(({ offset }) => offset);
        const [first] = offsets;
        assert.deepEqual(offsets, count_to(first + offsets.length - 1, first), `${who}: ${topic}`);
      }
    }
  }
}

it(`is in time in ${kills} kills of an owner and of a node with members only`, async (t) => {
  // Two shards, so that one of three nodes owns none.
  const cluster = await NatsCluster.start(t, { rooms, cluster: { shards: 2, gone_ms } });
  const rounds = new KillRounds(t, cluster);
  await cluster.settled();
  await Promise.all(cluster.nodes.map((node) => rounds.connect(node)));
  await rounds.see_each_other();
  for (const n of count_to(kills)) {
    for (const [kind, shards] of [["owner", 1], ["members", 0]]) {
      const spread = await cluster.settled();
      const fitting = [...spread].filter(([, count]) => count === shards);
      const [victim] = fitting[n % fitting.length];
      await rounds.round(victim, kind);
      await rounds.bring_back(victim);
    }
  }
  rounds.check_events();
  t.diagnostic(`${rounds.moved} rooms moved`);
  rounds.times.check();
  for (const client of rounds.all) client.close();
  await cluster.stop();
});
