// SPDX-License-Identifier: Apache-2.0
// A client that pushes 1, 2, 3, … into one room and resumes when its node has ended. It notes which
// number is at each position, and when a push was acknowledged.
import { Line } from "../checker/line.mjs";
import { sleep } from "../server.mjs";

const unanswered_max = 20;
const form = { codec: "v2", positions: true };
const text_of = ({ epoch, offset }) => `${epoch}:${offset}`;

export class NumberedPusher {
  constructor(server, topic) {
    Object.assign(this, { server, topic });
    this.number = 0;
    this.position = null; // of the last event, or of the join
    this.acknowledged = []; // {number, epoch, offset, at_ms}
    this.refused = []; // {number, reason}
    this.numbers = new Map(); // by position
    this.problems = [];
    this.resumes = []; // {from, recovered}
  }

  connect() {
    const line = new Line(this.server, form, {
      received: (message) => this.line === line && this.received(message),
      ended: () => this.line === line && this.lost(),
    });
    this.line = line;
    this.join_ref = null;
    this.excused = new Map(); // by ref: requests of a channel that has ended; they may be answered
    line.opened.then((is_open) => is_open && this.line === line && this.join());
  }

  async lost() {
    this.line = this.join_ref = null;
    await sleep(50);
    if (!this.is_over) this.connect();
  }

  join() {
    this.resumed_from = this.position;
    const payload = this.position ? { resume: this.position } : {};
    this.line.send_request("phx_join", { topic: this.topic, payload }, "join");
  }

  push(bytes = 0) {
    if (!this.join_ref || this.line.pending.size >= unanswered_max) return;
    const payload = { n: (this.number += 1), filling: "x".repeat(bytes) };
    const message = { topic: this.topic, payload, join_ref: this.join_ref };
    this.line.send_request("msg", message, payload.n);
  }

  received({ event, ref, payload, position }) {
    if (event === "phx_reply") this.answered(ref, payload);
    else if (event === "phx_error") this.channel_ended();
    else if (event === "msg") this.at((this.position = position), payload.n);
  }

  channel_ended() {
    this.line.pending.forEach((kind, ref) => this.excused.set(ref, kind));
    this.line.pending.clear();
    this.join_ref = null;
    this.join();
  }

  answered(ref, { status, response }) {
    const kind = this.line.answered(ref) ?? this.excused.get(ref);
    if (kind === "join") return this.joined(ref, status, response);
    if (status !== "ok") return this.refused.push({ number: kind, reason: response.reason });
    this.at(response, kind);
    this.acknowledged.push({ number: kind, at_ms: Date.now(), ...response });
  }

  joined(ref, status, { epoch, offset, recovered, missed = 0 }) {
    if (status !== "ok") return setTimeout(() => this.line?.is_open && this.join(), 50);
    this.join_ref = ref;
    if (this.resumed_from) this.resumes.push({ from: this.resumed_from, recovered });
    if (missed === 0) this.position = { epoch, offset };
  }

  /// Notes that this number is at this position.
  at(position, number) {
    const known = this.numbers.get(text_of(position));
    this.numbers.set(text_of(position), number);
    if (known === undefined || known === number) return;
    this.problems.push(`${text_of(position)} was ${known} and is ${number}`);
  }

  is_settled() {
    return Boolean(this.join_ref) && this.line.pending.size === 0;
  }

  end() {
    this.is_over = true;
    this.line?.socket.terminate();
  }
}

/// Compares what a pusher heard with `events`, [{n, epoch, offset}], all events of its room, and
/// returns the problems as texts. Acknowledgements from `may_be_lost_from_ms` on may be lost. Call
/// forget_lost() before the next comparison.
export function problems_of(pusher, events, may_be_lost_from_ms = Infinity) {
  const problems = [...pusher.problems, ...order_problems(events)];
  const held = new Map(events.map((each) => [text_of(each), each.n]));
  const stored = new Set(held.values());
  for (const one of pusher.acknowledged) {
    const here = held.get(text_of(one));
    if (here !== undefined && here !== one.number) {
      problems.push(`${one.number} was acknowledged at ${text_of(one)}, where ${here} is`);
    } else if (here === undefined && one.at_ms < may_be_lost_from_ms) {
      problems.push(`${one.number}, acknowledged at ${text_of(one)}, is lost`);
    }
  }
  for (const { number, reason } of pusher.refused) {
    const is_stored = reason !== "unknown outcome" && stored.has(number);
    if (is_stored) problems.push(`${number} was refused with "${reason}" but is there`);
  }
  for (const { from, recovered } of pusher.resumes) {
    const is_held = held.has(text_of(from));
    if (is_held && !recovered) problems.push(`${text_of(from)} is held but was not recovered`);
    const is_lost = pusher.numbers.has(text_of(from)) && !is_held;
    if (is_lost && recovered) problems.push(`${text_of(from)} is lost but was recovered`);
  }
  return problems;
}

/// Offsets have no gap, and a client's pushes are in the order sent, once.
function order_problems(events) {
  const problems = [];
  events.forEach(({ n, offset }, at) => {
    if (offset !== at + 1) problems.push(`offset ${offset} instead of ${at + 1}`);
    if (at > 0 && n <= events[at - 1].n) problems.push(`${n} comes after ${events[at - 1].n}`);
  });
  return problems;
}

/// Forgets the acknowledgements of what is not in `events`: this loss was judged already.
export function forget_lost(pusher, events) {
  const held = new Set(events.map(text_of));
  pusher.acknowledged = pusher.acknowledged.filter((one) => held.has(text_of(one)));
  pusher.resumes = [];
}
