// Judges a history: one order a room, nothing lost, doubled, reordered or skipped in silence.

/// One total order: what stands at each offset of a room, put together from all who saw it.
class Order {
  constructor(room, wrong) {
    this.room = room;
    this.wrong = wrong;
    this.at = new Map();
  }

  /// `epoch`: undefined where the observer cannot know. False: another has seen something else.
  place(offset, push, epoch, who) {
    const found = this.at.get(offset) ?? { push, epoch, who };
    this.at.set(offset, found);
    found.epoch ??= epoch;
    const where = `offset ${offset} of ${this.room}`;
    if (found.push !== push) {
      this.wrong(`${where} is ${found.push.id} to ${found.who}, ${push.id} to ${who}`);
    } else if (epoch !== undefined && found.epoch !== epoch) {
      this.wrong(`${where} is in ${found.epoch} to ${found.who}, in ${epoch} to ${who}`);
    } else {
      return true;
    }
    return false;
  }

  /// Epochs follow each other, and none comes twice.
  check_epochs() {
    const over = new Set();
    let now;
    for (const offset of [...this.at.keys()].sort((a, b) => a - b)) {
      const { epoch } = this.at.get(offset);
      if (epoch === undefined || epoch === now) continue;
      if (over.has(epoch)) this.wrong(`epoch ${epoch} of ${this.room} comes back at ${offset}`);
      over.add(now);
      now = epoch;
    }
  }
}

/// What the reply of a join says must fit what was asked and what the room holds.
function check_join(session, events_max, order, wrong) {
  const { asked, joined, known, name, room, form } = session;
  const say = (what) => wrong(`${name} in ${room}: ${what}: ${JSON.stringify({ asked, joined })}`);
  if (joined.offset < known) say(`the room went back from ${known}`);
  const { resume, history } = asked;
  if (!resume && history === undefined) {
    if (joined.recovered !== undefined) say("recovered, not asked");
    return;
  }
  if (!resume) {
    const held = Math.min(history, events_max, joined.offset);
    if (joined.recovered !== true || joined.missed !== held) say(`not the last ${held}`);
    return;
  }
  const behind = joined.offset - resume.offset;
  if (joined.recovered) {
    if (joined.missed !== behind) say(`missed ${joined.missed}, not ${behind}`);
    if (behind > events_max) say("recovered what cannot be held");
    return;
  }
  if (joined.recovered !== false || joined.missed !== 0) say("neither recovered nor lost");
  // Without positions a client may not know the epoch of its last event.
  const knows = form.positions || resume.epoch === joined.epoch;
  const is_before_all = resume.offset === 0 && resume.epoch !== joined.epoch;
  // At the edge only the events after it are held, and an epoch goes with its last event.
  const next = order.at.get(resume.offset + 1)?.epoch;
  const has_epoch = behind < events_max || resume.epoch === (next ?? joined.epoch);
  const is_held = behind <= events_max && has_epoch && !is_before_all;
  if (knows && is_held) say("not recovered, though it is held");
}

/// Deliveries are consecutive from where the join said. Only the first that is not is told.
function check_deliveries(session, order, wrong) {
  const { deliveries, start, joined, name, room } = session;
  for (const [n, { push, position }] of deliveries.entries()) {
    const offset = start + 1 + n;
    const is_live = offset > joined.offset;
    if (position && position.offset !== offset) {
      const what = `got offset ${position.offset} where ${offset} was due`;
      return wrong(`${name} in ${room}: ${what}, joined ${JSON.stringify(joined)}`);
    }
    if (position && is_live && position.epoch !== joined.epoch) {
      return wrong(`${name} in ${room}: ${position.epoch} at ${offset}, joined ${joined.epoch}`);
    }
    const epoch = position?.epoch ?? (is_live ? joined.epoch : undefined);
    if (push && !order.place(offset, push, epoch, name)) return;
  }
}

/// A session's pushes were applied in the order sent, without holes, and answered in that order.
function check_pushes(session, pushes, { seen, is_whole }, wrong) {
  let skipped = null;
  let last = 0;
  for (const push of pushes) {
    const offset = seen.get(push);
    if (offset === undefined) {
      if (!push.outcome?.error) skipped ??= push;
      continue;
    }
    if (skipped && is_whole) {
      wrong(`${push.id} is at ${offset}, ${skipped.id} of before it nowhere`);
    }
    if (offset < last) wrong(`${push.id} is at ${offset}, one of before it at ${last}`);
    last = offset;
  }
  // Once its channel has ended, "unmatched topic" may overtake answers that are on their way.
  const in_channel = session.answers.filter(({ outcome }) => outcome.error !== "unmatched topic");
  const numbers = in_channel.map(({ n }) => n);
  const is_in_order = numbers.every((n, at) => at === 0 || numbers[at - 1] < n);
  if (!is_in_order) wrong(`${session.name}: answers in the order ${numbers}`);
}

function check_push(push, offsets, head, wrong) {
  if (offsets.length > 1) wrong(`${push.id} is there at ${offsets}`);
  if (push.is_half && offsets.length > 0) wrong(`${push.id} was sent by half, and is there`);
  if (!push.outcome) return;
  const { ok, error } = push.outcome;
  if (error && error !== "unknown outcome" && offsets.length > 0) {
    wrong(`${push.id} was refused (${error}), and is at ${offsets}`);
  }
  if (!ok) return;
  if (push.event === "boom") return wrong(`${push.id} crashed the room and was acknowledged`);
  const is_there = offsets.length === 0 || offsets.includes(ok.offset);
  if (!is_there) wrong(`${push.id} was acknowledged at ${ok.offset}, and is at ${offsets}`);
  if (ok.offset > head) wrong(`${push.id} was acknowledged at ${ok.offset}, the end is ${head}`);
}

/// `heads`: the offset at which each room has come to rest; `held`: how many events each holds.
/// What is wrong, as sentences; empty: nothing.
export function verdict({ pushes, sessions, strays }, heads, held) {
  const found = [...strays];
  const wrong = (what) => found.push(what);
  const orders = new Map([...heads.keys()].map((room) => [room, new Order(room, wrong)]));
  for (const push of pushes.values()) {
    const { ok } = push.outcome ?? {};
    if (ok) orders.get(push.room).place(ok.offset, push, ok.epoch, `${push.id}'s answer`);
  }
  // Those that see positions first: they know.
  const by_sight = [...sessions].sort((a, b) => b.form.positions - a.form.positions);
  for (const session of by_sight) {
    check_deliveries(session, orders.get(session.room), wrong);
    const last = session.start + session.deliveries.length;
    const head = heads.get(session.room);
    if (session.is_settled && last !== head) {
      wrong(`${session.name} in ${session.room} has come to ${last}, the room to ${head}`);
    }
  }
  // When the order is whole: it says which epochs were held.
  for (const session of by_sight) {
    check_join(session, held.get(session.room), orders.get(session.room), wrong);
  }
  for (const order of orders.values()) order.check_epochs();
  judge_pushes(pushes, orders, heads, wrong);
  return found;
}

function judge_pushes(pushes, orders, heads, wrong) {
  const offsets = new Map();
  for (const order of orders.values()) {
    for (const [offset, { push }] of order.at) {
      offsets.set(push, [...(offsets.get(push) ?? []), offset]);
    }
  }
  const of_session = new Map();
  for (const push of pushes.values()) {
    check_push(push, offsets.get(push) ?? [], heads.get(push.room), wrong);
    if (push.is_half) continue;
    of_session.set(push.session, [...(of_session.get(push.session) ?? []), push]);
  }
  const seen = new Map([...offsets].map(([push, [first]]) => [push, first]));
  for (const [session, its] of of_session) {
    // What stood at an offset that nobody saw is not known.
    const is_whole = orders.get(session.room).at.size === heads.get(session.room);
    check_pushes(session, its, { seen, is_whole }, wrong);
  }
}
