// SPDX-License-Identifier: Apache-2.0
// Runs the checker: 50 clients in a few rooms, and a check of every frame when it arrives.
// Usage: node checker/run.mjs [--seconds N] [--seed S]   (default seed: from the clock)
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { forms, Member } from "../member.mjs";
import { binary, Server, until } from "../server.mjs";
import { Client } from "./client.mjs";
import { Random } from "./random.mjs";
import { check_members } from "./room_check.mjs";
import { filling_bytes_max, RunState } from "./run_state.mjs";

const clients_count = 50;
const rooms_count = 4;
const rest_ms_max = 20_000;
const small = { held: 100, prefix: "check" };
// Large events, few members: catch-ups take many pages, and slow readers fill their outboxes.
const large = { held: 150, prefix: "flood" };
const large_members = 6;

const rule = ({ held, prefix }) => ({
  match: `${prefix}:*`,
  history: { events_max: held, bytes_max: 100_000_000, age_ms_max: 3_600_000 },
  presence: { mode: "off" },
});
/// The configuration that a checked server needs.
export const config = {
  limits: { outbox_bytes_max: 262_144, payload_bytes_max: 190_000, room_crashes_per_minute_max: 0 },
  rates: { connection: { messages: { per_second: 0 }, joins: { per_second: 0 } } },
  rooms: [rule(small), rule(large)],
};

const held_in = (room) => (room.startsWith(large.prefix) ? large.held : small.held);

/// The path of the server with fault injection; null if it was not built.
export const faulty_server = () => {
  const file = process.env.ROOST_FAULTY_BIN;
  return file && existsSync(file) ? file : null;
};

const bytes_of = (random, is_large) => {
  if (is_large) return filling_bytes_max;
  return random.chance(0.03) ? random.between(5_000, 20_000) : random.between(0, 900);
};

/// The first member of each room is well-behaved: it receives every event, so that every event of
/// the room can be checked.
function calm_step(client) {
  const { random } = client;
  for (const channel of client.channels.values()) {
    if (random.chance(0.3)) client.push(channel, bytes_of(random, false));
  }
}

/// The client that fills the large room.
function flooding_step(client) {
  for (const channel of client.channels.values()) {
    for (let n = 0; n < 12; n += 1) client.push(channel, bytes_of(client.random, true));
  }
}

function slow_step(client) {
  const { random, line } = client;
  if (!line?.is_open || !random.chance(0.2)) return wild_step(client);
  client.state.count("pauses");
  line.pause();
  setTimeout(() => line.resume(), random.between(50, 900));
}

const wild_step = (client) => {
  const { random } = client;
  const channel = random.pick([...client.channels.values()]);
  const dice = random.next();
  if (!channel.view.live && !channel.is_wanted) client.join(channel, fresh_join(channel, random));
  else if (dice < 0.04) client.cut();
  else if (dice < 0.08) client.cut_after(random.between(1, 60_000));
  else if (dice < 0.1) client.push_half(channel, bytes_of(random, false), random.next());
  else if (dice < 0.14) client.leave(channel);
  else if (dice < 0.18) client.join(channel, fresh_join(channel, random));
  else if (dice < 0.184 && client.crashes) client.push(channel, 0, "boom");
  else if (dice < 0.6) {
    for (let n = random.between(1, 6); n > 0; n -= 1) client.push(channel, bytes_of(random, false));
  }
};

/// Mostly a resume; sometimes a join with recent events, or without missed events.
function fresh_join(channel, random) {
  const dice = random.next();
  if (dice < 0.15) return { history: random.between(0, 150) };
  if (dice < 0.25 || !channel.view.position) return {};
  return { resume: { ...channel.view.position } };
}

/// The rooms of a client, and its step function.
function role_of(id, rooms, flood) {
  if (id < rooms_count) return [[rooms[id]], calm_step];
  if (id === rooms_count) return [[flood], flooding_step];
  if (id < rooms_count + large_members) return [[flood], slow_step];
  const its = new Set([rooms[id % rooms_count], rooms[(id + 1 + (id >> 2)) % rooms_count]]);
  return [[...its], id % 7 === 6 ? slow_step : wild_step];
}

const flood_of = (seed) => `${large.prefix}:${seed}`;
const rooms_of = (seed) =>
  Array.from({ length: rooms_count }, (_, n) => `${small.prefix}:${seed}:${n}`);

function make_clients(server, { seed, crashes }, state) {
  return Array.from({ length: clients_count }, (_, id) => {
    const random = new Random(seed * 1_009 + id);
    const form = id <= rooms_count ? forms[3] : forms[id % forms.length];
    const [its, step] = role_of(id, rooms_of(seed), flood_of(seed));
    const about = { id, server, form, rooms: its, held: held_in(its[0]), random, state };
    return Object.assign(new Client(about), { step, crashes });
  });
}

/// The last position of each room.
async function heads_of(server, rooms) {
  const heads = new Map();
  for (const room of rooms) {
    const asking = await Member.join(server, room);
    heads.set(room, asking.joined.offset);
    asking.close();
  }
  return heads;
}

/// The views of each room's clients.
const views_in = (clients, room) =>
  clients.flatMap(({ channels }) => channels.get(room)?.view ?? []);

/// Waits until every client is a member of its rooms and has its answers, and no room gets another
/// event. Returns the greatest offset of each room.
async function come_to_rest(server, clients, rooms, rest_ms) {
  const is_settled = () => clients.every((client) => client.is_settled());
  const busy = () => clients.filter((client) => !client.is_settled()).map(({ name }) => name);
  await until(is_settled, () => `rest of ${busy()}`, rest_ms_max);
  for (let before = new Map(); ; ) {
    const heads = await heads_of(server, rooms);
    if (rooms.every((room) => heads.get(room) === before.get(room))) return heads;
    const is_there = (room) =>
      views_in(clients, room).every(({ live }) => live && live.next > heads.get(room));
    // check_rooms() reports a member that never gets the last event.
    await until(() => rooms.every(is_there), "the last event", rest_ms).catch(() => {});
    before = heads;
  }
}

/// Runs the clients for `run_ms`, and longer until every room has had more events than it holds.
async function play(clients, rooms, state, run_ms) {
  const runs = clients.map((client) => client.run(client.step));
  const end = Date.now() + run_ms;
  const moved = () => rooms.every((room) => state.head_of(room) > 1.5 * held_in(room));
  while (Date.now() < end || (!moved() && Date.now() < end + rest_ms_max)) {
    await new Promise((done) => setTimeout(done, 20));
  }
  for (const client of clients) client.is_ending = true;
  await Promise.all(runs);
}

/// `heads`: the greatest offset of each room, now that nothing is in flight.
function check_rooms(clients, { rooms, found }, heads) {
  for (const [room, { truth, terms }] of rooms) {
    check_members(views_in(clients, room), terms, found, heads.get(room));
    truth.check_quiet(heads.get(room));
  }
}

/// Runs one seed. `crashes`: rooms crash on "boom"; `rest_ms`: how long the last events may take.
/// Returns the violations, each with the name of its promise, and counts of what happened. A seed
/// repeats the choices, not the timing.
export async function check(server, { seed, run_ms = 1_500, crashes = false, rest_ms = 10_000 }) {
  const rooms = [...rooms_of(seed), flood_of(seed)];
  const state = new RunState(rooms, held_in);
  const clients = make_clients(server, { seed, crashes }, state);
  const { found, counts } = state;
  const violation_texts = () => found.all.map(({ promise, text }) => `${promise}: ${text}`);
  try {
    await Promise.all(clients.map((client) => client.connect()));
    await play(clients, rooms, state, run_ms);
    check_rooms(clients, state, await come_to_rest(server, clients, rooms, rest_ms));
    return { violations: violation_texts(), counts };
  } catch (failure) {
    return { violations: [...violation_texts(), failure.message], counts };
  } finally {
    for (const client of clients) client.end();
  }
}

/// The first violations as text.
export const summary = (violations) =>
  [...violations.slice(0, 20), `${violations.length} in all`].join("\n  ");

async function soak() {
  const flag = (name, fallback) => {
    const at = process.argv.indexOf(name);
    return at < 0 ? fallback : Number(process.argv[at + 1]);
  };
  const end = Date.now() + flag("--seconds", 0) * 1_000;
  const only = flag("--seed", null);
  const faulty = faulty_server();
  do {
    const seed = only ?? Date.now() % 2 ** 31;
    // In odd seeds rooms crash, if there is a server with fault injection.
    const crashes = faulty !== null && seed % 2 === 1;
    const program = crashes ? [faulty, "none"] : [binary];
    const server = await Server.start({ config, program });
    const { violations, counts } = await check(server, { seed, crashes });
    console.log(`seed ${seed}: ${violations.length} violations ${JSON.stringify(counts)}`);
    if (violations.length > 0) {
      console.log(`  ${summary(violations)}\n${server.output()}`);
      process.exitCode = 1;
      return server.end();
    }
    await server.stop();
  } while (Date.now() < end);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await soak();
