// Runs the checker: 50 clients in a few rooms for a while, then the verdict.
// Usage: node checker/run.mjs [--seconds N] [--seed S]   (without a seed: from the clock)
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { forms, Member } from "../member.mjs";
import { binary, Server, until } from "../server.mjs";
import { Client } from "./client.mjs";
import { filling_bytes_max, History } from "./history.mjs";
import { Random } from "./random.mjs";
import { verdict } from "./verdict.mjs";

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
/// The configuration of a server that can be checked.
export const config = {
  limits: { outbox_bytes_max: 262_144, payload_bytes_max: 190_000, room_crashes_per_minute_max: 0 },
  rates: { connection: { messages: { per_second: 0 }, joins: { per_second: 0 } } },
  rooms: [rule(small), rule(large)],
};

const held_in = (room) => (room.startsWith(large.prefix) ? large.held : small.held);

/// The server with faults; none: there is no such binary here.
export const faulty_server = () => {
  const file = process.env.ROOST_FAULTY_BIN;
  return file && existsSync(file) ? file : null;
};

const bytes_of = (random, is_large) => {
  if (is_large) return filling_bytes_max;
  return random.chance(0.03) ? random.between(5_000, 20_000) : random.between(0, 900);
};

/// Each first member of a room is well-behaved: it sees everything, so that all can be judged.
function calm_step(client) {
  const { random } = client;
  for (const channel of client.channels.values()) {
    if (random.chance(0.3)) client.push(channel, bytes_of(random, false));
  }
}

/// The one that fills the large room.
function flooding_step(client) {
  for (const channel of client.channels.values()) {
    for (let n = 0; n < 12; n += 1) client.push(channel, bytes_of(client.random, true));
  }
}

function slow_step(client) {
  const { random, line } = client;
  if (!line?.is_open || !random.chance(0.2)) return wild_step(client);
  client.history.count("pauses");
  line.pause();
  setTimeout(() => line.resume(), random.between(50, 900));
}

const wild_step = (client) => {
  const { random } = client;
  const channel = random.pick([...client.channels.values()]);
  const dice = random.next();
  if (!channel.session && !channel.is_wanted) client.join(channel, fresh_join(channel, random));
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

/// Mostly a resume; now and then the last few, or from now on.
function fresh_join(channel, random) {
  const dice = random.next();
  if (dice < 0.15) return { history: random.between(0, 150) };
  if (dice < 0.25 || !channel.at) return {};
  return { resume: { ...channel.at } };
}

/// The rooms of a client, and what it does there.
function part_of(id, rooms, flood) {
  if (id < rooms_count) return [[rooms[id]], calm_step];
  if (id === rooms_count) return [[flood], flooding_step];
  if (id < rooms_count + large_members) return [[flood], slow_step];
  const its = new Set([rooms[id % rooms_count], rooms[(id + 1 + (id >> 2)) % rooms_count]]);
  return [[...its], id % 7 === 6 ? slow_step : wild_step];
}

function make_clients(server, { seed, crashes }, history) {
  const rooms = Array.from({ length: rooms_count }, (_, n) => `${small.prefix}:${seed}:${n}`);
  const flood = `${large.prefix}:${seed}`;
  const clients = Array.from({ length: clients_count }, (_, id) => {
    const random = new Random(seed * 1_009 + id);
    const form = id <= rooms_count ? forms[3] : forms[id % forms.length];
    const [its, step] = part_of(id, rooms, flood);
    const about = { id, server, form, rooms: its, held: held_in(its[0]), random, history };
    return Object.assign(new Client(about), { step, crashes });
  });
  return { clients, rooms: [...rooms, flood] };
}

/// Where each room stands.
async function heads_of(server, rooms) {
  const heads = new Map();
  for (const room of rooms) {
    const asking = await Member.join(server, room);
    heads.set(room, asking.joined.offset);
    asking.close();
  }
  return heads;
}

/// Everybody is in and has its answers, and the rooms do not move any more.
async function come_to_rest(server, clients, rooms, rest_ms) {
  const is_settled = () => clients.every((client) => client.is_settled());
  const who = () => clients.filter((client) => !client.is_settled()).map(({ name }) => name);
  await until(is_settled, () => `rest of ${who()}`, rest_ms_max);
  const sessions = clients.flatMap(({ channels }) => [...channels.values()].map((c) => c.session));
  for (let before = new Map(); ; ) {
    const heads = await heads_of(server, rooms);
    if (rooms.every((room) => heads.get(room) === before.get(room))) return { heads, sessions };
    const is_there = (one) => one.start + one.deliveries.length >= heads.get(one.room);
    // Who does not come to the end is found by the verdict.
    await until(() => sessions.every(is_there), "the last event", rest_ms).catch(() => {});
    before = heads;
  }
}

/// Until the time is over and every room has gone well beyond what it holds.
async function play(clients, rooms, history, run_ms) {
  const runs = clients.map((client) => client.run(client.step));
  const end = Date.now() + run_ms;
  const moved = () => rooms.every((room) => history.head_of(room) > 1.5 * held_in(room));
  while (Date.now() < end || (!moved() && Date.now() < end + rest_ms_max)) {
    await new Promise((done) => setTimeout(done, 20));
  }
  for (const client of clients) client.is_ending = true;
  await Promise.all(runs);
}

/// Plays one seed. `crashes`: rooms crash on "boom"; `rest_ms`: how long the last events may take.
/// Gives what is wrong and what happened. A seed makes the same choices, not the same timing.
export async function check(server, { seed, run_ms = 1_500, crashes = false, rest_ms = 10_000 }) {
  const history = new History();
  const { clients, rooms } = make_clients(server, { seed, crashes }, history);
  try {
    await Promise.all(clients.map((client) => client.connect()));
    await play(clients, rooms, history, run_ms);
    const { heads, sessions } = await come_to_rest(server, clients, rooms, rest_ms);
    for (const session of sessions) session.is_settled = true;
    const held = new Map(rooms.map((room) => [room, held_in(room)]));
    const wrong = verdict(history, heads, held);
    return { wrong, counts: counted(history) };
  } catch (failure) {
    return { wrong: [failure.message], counts: counted(history) };
  } finally {
    for (const client of clients) client.end();
  }
}

const page_bytes_max = 65_536;
const takes_pages = ({ joined: { missed = 0 }, deliveries }) => {
  const bytes = deliveries.slice(0, missed).reduce((sum, { push }) => sum + (push?.bytes ?? 0), 0);
  return bytes > page_bytes_max;
};

function counted({ counts, sessions, pushes }) {
  const deliveries = sessions.reduce((sum, session) => sum + session.deliveries.length, 0);
  const catch_ups_in_pages = sessions.filter(takes_pages).length;
  const sizes = { sessions: sessions.length, pushes: pushes.size, deliveries };
  return { ...counts, catch_ups_in_pages, ...sizes };
}

/// Says what is wrong, as much of it as one reads.
export const told = (wrong) => [...wrong.slice(0, 20), `${wrong.length} in all`].join("\n  ");

async function soak() {
  const flag = (name, otherwise) => {
    const at = process.argv.indexOf(name);
    return at < 0 ? otherwise : Number(process.argv[at + 1]);
  };
  const end = Date.now() + flag("--seconds", 0) * 1_000;
  const only = flag("--seed", null);
  const faulty = faulty_server();
  do {
    const seed = only ?? Date.now() % 2 ** 31;
    // Every other seed with rooms that crash, where there is a server for it.
    const crashes = faulty !== null && seed % 2 === 1;
    const program = crashes ? [faulty, "none"] : [binary];
    const server = await Server.start({ config, program });
    const { wrong, counts } = await check(server, { seed, crashes });
    console.log(`seed ${seed}: ${wrong.length} wrong ${JSON.stringify(counts)}`);
    if (wrong.length > 0) {
      console.log(`  ${told(wrong)}\n${server.output()}`);
      process.exitCode = 1;
      return server.end();
    }
    await server.stop();
  } while (Date.now() < end);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await soak();
