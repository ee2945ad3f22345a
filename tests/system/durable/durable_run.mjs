// SPDX-License-Identifier: Apache-2.0
// Clients that push into many durable rooms while their node ends and starts again, and the check
// at the end: a fresh member receives every acknowledged event once, in order.
import { Random } from "../checker/random.mjs";
import { check_members } from "../checker/room_check.mjs";
import { forms } from "../member.mjs";
import { sleep, until } from "../server.mjs";
import { DurableClient, FreshClient } from "./durable_client.mjs";
import { DurableState, history_events } from "./durable_state.mjs";
import { keeps_all } from "./store_server.mjs";

const clients_count = 16;
const rooms_of_client = 8;
const busy_rooms = 40;
const quiet_rooms = 10;
const rest_ms_max = 60_000;
// Without positions a client that is cut while it catches up cannot know where it stands.
const with_positions = forms.filter(({ positions }) => positions);

/// The rules that the rooms of a run need.
export const run_rules = [keeps_all("stored:*", { idempotency_field: "id" })];
const names = (kind, count) => Array.from({ length: count }, (_, n) => `stored:${kind}:${n}`);

const bytes_of = (random) =>
  random.chance(0.02) ? random.between(2_000, 20_000) : random.between(0, 300);

function busy_step(client) {
  const { random } = client;
  if (random.chance(0.01)) return client.cut();
  for (let n = random.between(1, 4); n > 0; n -= 1) {
    client.push(random.pick([...client.channels.values()]), bytes_of(random));
  }
}

/// In rooms without events a resume names the epoch of an earlier start.
const quiet_step = () => {};

/// Owns its clients; `server` is a StoreServer that is started again by the test.
export class DurableRun {
  constructor(store_server, seed, terms = {}) {
    this.busy = names("busy", busy_rooms);
    this.quiet = names("quiet", quiet_rooms);
    this.rooms = [...this.busy, ...this.quiet];
    this.state = new DurableState(this.rooms, terms);
    this.random = new Random(seed);
    this.store_server = store_server;
    this.clients = Array.from({ length: clients_count }, (_, id) => this.busy_client(id));
    this.clients.push(this.client({ id: clients_count, rooms: this.quiet, step: quiet_step }));
  }

  busy_client(id) {
    const rooms = Array.from(
      { length: rooms_of_client },
      (_, n) => this.busy[(id * 5 + n * 3) % busy_rooms],
    );
    const form = with_positions[id % with_positions.length];
    // Only JSON payloads have a value of the idempotency field.
    const repeats = id % 2 === 0 && form.codec !== "binary";
    return this.client({ id, rooms, form, step: busy_step, repeats });
  }

  client({ id, step, form = with_positions[1], ...about }) {
    const random = new Random(this.random.between(0, 2 ** 31) + id);
    const { state } = this;
    const { Kind = DurableClient, ...more } = { ...this.place_of(id), ...about };
    const one = new Kind({ id, form, held: history_events, random, state, ...more });
    return Object.assign(one, { step });
  }

  /// Where a client connects, and perhaps its Kind.
  place_of() {
    return { server: this.store_server.server };
  }

  /// The places of the fresh members at the end.
  fresh_places() {
    return [this.place_of()];
  }

  /// Starts the load and runs `work`. If that fails, the load ends.
  async during(work) {
    await Promise.all(this.clients.map((client) => client.connect()));
    this.runs = this.clients.map((client) => client.run(client.step));
    try {
      await work();
    } catch (failure) {
      this.end();
      throw failure;
    }
  }

  end() {
    for (const client of this.clients) {
      client.is_ending = true;
      client.end();
    }
  }

  /// Ends the load, checks every room, and returns {violations, counts}.
  async finish() {
    try {
      for (const client of this.clients) client.is_ending = true;
      await Promise.all(this.runs);
      if (this.has_found()) return this.result(); // then it may never come to rest
      const settled = () => this.clients.every((client) => client.is_settled());
      await until(settled, () => `rest of ${this.unsettled()}`, rest_ms_max);
      await this.check();
      return this.result();
    } catch (failure) {
      return this.result([failure.message]);
    } finally {
      this.end();
    }
  }

  /// The clients that are no members yet, or wait for answers.
  unsettled() {
    const text_of = ({ name, line, channels }) => {
      const outside = [...channels.values()].filter(({ view }) => !view.live || view.joining);
      const waits_for = JSON.stringify([...(line?.pending ?? [])]);
      return `${name}: not in ${outside.map(({ room }) => room)}, waits for ${waits_for}`;
    };
    return this.clients.filter((client) => !client.is_settled()).map(text_of).join("; ");
  }

  has_found() {
    return this.state.found.all.length > 0;
  }

  result(more = []) {
    const { found, counts } = this.state;
    const texts = found.all.map(({ promise, text }) => `${promise}: ${text}`);
    return { violations: [...texts, ...more], counts };
  }

  async check() {
    const fresh = this.fresh_places().map((place, n) => {
      const about = { rooms: [...this.rooms], step: quiet_step, Kind: FreshClient, ...place };
      return this.client({ id: clients_count + 1 + n, ...about });
    });
    this.clients.push(...fresh);
    await Promise.all(fresh.map((one) => one.connect()));
    const is_settled = () => fresh.every((one) => one.is_settled());
    await until(is_settled, "a fresh member of all rooms", rest_ms_max);
    const head_of = ({ room, view }) => [room, view.live.joined_at];
    const heads = new Map([...fresh[0].channels.values()].map(head_of));
    const is_whole = ({ room, view }) => view.live && view.live.next > heads.get(room);
    const has_all = () => this.clients.every((one) => [...one.channels.values()].every(is_whole));
    // check_members() reports a member that never gets the last event.
    await until(has_all, "the last event", rest_ms_max).catch(() => {});
    for (const [room, head] of heads) this.check_room(room, head);
  }

  check_room(room, head) {
    const { truth, terms } = this.state.rooms.get(room);
    const views = this.clients.flatMap(({ channels }) => channels.get(room)?.view ?? []);
    check_members(views, terms, this.state.found, head);
    truth.check_quiet(head);
    if (truth.order.size === head) return;
    this.state.found.broke("no_gap", `${room}: ${truth.order.size} events up to ${head} are known`);
  }
}

/// Kills the `victim`, the node or its store, `times` times and starts it again: some time after it
/// was ready, when a push has just been acknowledged, and now and then before it is ready.
/// `between(n)` runs while no process is there.
async function kill_repeatedly(run, times, { between = () => {}, victim }) {
  const { random, store_server } = run;
  // Much longer than log_age_ms at first, so that the log has been truncated.
  const delays = [[5_000, 5_500], [200, 1_500], [0, 100], [1_000, 3_000]];
  for (let n = 0; n < times && !run.has_found(); n += 1) {
    const [least, most] = delays[n % delays.length];
    await sleep(random.between(least, most));
    run.state.count("truncations", await store_server.truncations());
    const acknowledged = new Promise((done) => {
      run.state.at_next_acknowledgement(() => done(victim.kill()));
    });
    await acknowledged;
    await between(n);
    if (n % 5 === 4) {
      victim.spawn();
      await sleep(random.between(0, 400));
      await victim.kill();
    }
    await victim.start();
  }
}

/// Loads a started node, kills it or another `victim` `kills` times, and returns {violations,
/// counts}. A seed repeats the choices, not the timing.
export async function run_with_kills(store_server, options) {
  const { seed, kills, between, victim = store_server } = options;
  const run = new DurableRun(store_server, seed);
  await run.during(() => kill_repeatedly(run, kills, { between, victim }));
  return run.finish();
}
