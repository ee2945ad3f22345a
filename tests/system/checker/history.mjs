// What happened in a run: every push with its answer, every join with what followed it.

const letters = Array.from({ length: 4_096 }, (_, n) => String.fromCharCode(97 + ((n * 7) % 26)));
const long_text = letters.join("").repeat(8);
const shift_max = 1_000;
export const filling_bytes_max = long_text.length - shift_max;

/// What a push carries besides its name: follows from who pushes it, so that any change shows.
const filling = ({ client, n, bytes }) => {
  const shift = (client * 31 + n) % shift_max;
  return long_text.slice(shift, shift + bytes);
};

export class History {
  constructor() {
    this.pushes = new Map();
    this.sessions = [];
    this.strays = []; // what was wrong the moment it came
    this.counts = {};
    this.heads = new Map(); // the greatest offset that was acknowledged in a room
  }

  count(what, by = 1) {
    this.counts[what] = (this.counts[what] ?? 0) + by;
  }

  stray(what) {
    this.strays.push(what);
  }

  /// Push `n` of a client in a room; `bytes` of filling. Its outcome comes later, if ever:
  /// {ok: place} or {error: reason}.
  push(about) {
    const id = `${about.room} ${about.client}/${about.n}`;
    const made = { id, outcome: null, is_half: false, ...about };
    this.pushes.set(id, made);
    return made;
  }

  answered(push, status, response) {
    push.outcome = status === "ok" ? { ok: response } : { error: response.reason };
    push.session.answers.push(push);
    const { offset = 0 } = response;
    this.heads.set(push.room, Math.max(offset, this.head_of(push.room)));
  }

  head_of(room) {
    return this.heads.get(room) ?? 0;
  }

  static payload_of(push) {
    const { client, n } = push;
    return { client, n, filling: filling(push) };
  }

  /// The push that a payload belongs to; what nobody pushed, or has changed, is a stray.
  push_of(room, payload, who) {
    const push = this.pushes.get(`${room} ${payload.client}/${payload.n}`);
    if (!push || push.event !== "msg") {
      this.stray(`${who} got what nobody pushed: ${JSON.stringify(payload).slice(0, 100)}`);
    } else if (payload.filling !== filling(push)) {
      this.stray(`${who} got ${push.id} with other content`);
    } else {
      return push;
    }
    return null;
  }

  /// A time in a room, from a join's reply until the client leaves, is cut or the room crashes.
  /// `asked`: the join's payload; `joined`: the reply.
  session(about) {
    const made = { deliveries: [], answers: [], end: null, is_settled: false, ...about };
    const { resume } = about.asked;
    const missed = about.joined.missed ?? 0;
    // The offset before the first event that it must get.
    made.start = resume && about.joined.recovered ? resume.offset : about.joined.offset - missed;
    this.sessions.push(made);
    return made;
  }
}
