// The verdict alone: made-up histories, each with one violation.
import assert from "node:assert/strict";
import { beforeEach, it } from "node:test";
import { History } from "./checker/history.mjs";
import { verdict } from "./checker/verdict.mjs";

const room = "room:1";
const held = new Map([[room, 3]]);
const shows = { codec: "v2", positions: true };
const counts = { codec: "v1", positions: false };
let history;
let writer;
beforeEach(() => {
  history = new History();
  writer = join({ client: 1, form: counts });
});

function join({ client, form = shows, asked = {}, joined = { epoch: "e", offset: 0 }, known = 0 }) {
  return history.session({ client, name: `client ${client}`, room, form, asked, joined, known });
}

/// The writer pushes n = 1, 2…; `at`: the offset in the reply, if there is one.
function push(n, at, { session = writer, epoch = "e", event = "msg" } = {}) {
  const made = history.push({ client: session.client, room, n, bytes: 5, event, session });
  if (at !== undefined) history.answered(made, "ok", { epoch, offset: at });
  return made;
}

function got(session, push, offset, epoch = "e") {
  const position = session.form.positions ? { epoch, offset } : undefined;
  session.deliveries.push({ push, position });
}

const judged = (head) => verdict(history, new Map([[room, head]]), held);
const assert_wrong = (head, ...patterns) => {
  const found = judged(head);
  assert.equal(found.length, patterns.length, found.join("\n"));
  for (const [n, pattern] of patterns.entries()) assert.match(found[n], pattern);
};

it("finds no violation in a correct history", () => {
  const reader = join({ client: 2 });
  const old = join({ client: 3, form: counts });
  for (const n of [1, 2, 3]) {
    const made = push(n, n === 2 ? undefined : n);
    for (const session of [reader, old]) got(session, made, n);
  }
  reader.is_settled = old.is_settled = true;
  const refused = push(4);
  history.answered(refused, "error", { reason: "unmatched topic" });
  push(5);
  const resume = { epoch: "e", offset: 1 };
  const joined = { epoch: "e", offset: 3, recovered: true, missed: 2 };
  const again = join({ client: 4, asked: { resume }, joined });
  for (const n of [2, 3]) got(again, history.pushes.get(`${room} 1/${n}`), n);
  assert_wrong(3);
});

it("finds a gap, a repeated and a swapped event by their positions", () => {
  const [a, b, c] = [push(1, 1), push(2, 2), push(3, 3)];
  const heard = (...offsets) => {
    const session = join({ client: 2 });
    for (const offset of offsets) got(session, [a, b, c][offset - 1], offset);
  };
  heard(1, 3);
  heard(1, 1, 2);
  heard(2, 1, 3);
  assert_wrong(3, /offset 3 where 2/, /offset 1 where 2/, /offset 2 where 1/);
});

it("finds them by content if there are no positions", () => {
  const [a, b, c] = [push(1, 1), push(2, 2), push(3, 3)];
  for (const its of [[a, c], [a, a, b], [b, a, c]]) {
    const session = join({ client: 2, form: counts });
    for (const each of its) got(session, each);
  }
  assert_wrong(3, /offset 2 of .* is .*1\/2 .*1\/3/, /offset 2 of .*1\/1/, /offset 1 of .*1\/2/);
});

it("finds a silent gap at the end", () => {
  const reader = join({ client: 2 });
  got(reader, push(1, 1), 1);
  push(2, 2);
  reader.is_settled = true;
  assert_wrong(2, /client 2 in room:1 has come to 1, the room to 2/);
});

it("finds acknowledged pushes that are lost or at another offset", () => {
  const reader = join({ client: 2 });
  got(reader, push(1, 1), 1);
  push(2, 5);
  assert_wrong(1, /1\/2 was acknowledged at 5, the end is 1/);
  got(reader, push(3, 6), 2);
  assert.match(judged(9).join(), /1\/3 is there at 6,2/);
});

it("finds two pushes acknowledged at one offset", () => {
  push(1, 1);
  push(2, 1);
  assert.match(judged(1).join(), /offset 1 of room:1 is room:1 1\/1 .* room:1 1\/2/);
});

it("finds a push that is there twice, was refused, or was sent partially", () => {
  const reader = join({ client: 2 });
  const twice = push(1, 1);
  got(reader, twice, 1);
  got(reader, twice, 2);
  const refused = push(2);
  history.answered(refused, "error", { reason: "unmatched topic" });
  got(reader, refused, 3);
  const half = push(3);
  half.is_half = true;
  got(reader, half, 4);
  assert_wrong(4, /is there at 1,2/, /refused \(unmatched topic\), and is at 3/, /by half/);
});

it("finds pushes that were applied in another order, or with a gap", () => {
  const reader = join({ client: 2 });
  const [first, second] = [push(1), push(2)];
  got(reader, second, 1);
  got(reader, first, 2);
  assert_wrong(2, /1\/2 is at 1, one of before it at 2/);
});

it("finds a push that is missing between others, if every offset is known", () => {
  const reader = join({ client: 2 });
  push(1);
  got(reader, push(2), 1);
  assert_wrong(1, /1\/2 is at 1, room:1 1\/1 of before it nowhere/);
  assert.deepEqual(judged(2), []);
});

it("finds answers out of order", () => {
  const [first, second] = [push(1), push(2)];
  history.answered(second, "ok", { epoch: "e", offset: 2 });
  history.answered(first, "ok", { epoch: "e", offset: 1 });
  assert_wrong(2, /answers in the order 2,1/);
});

it("finds a crash that was acknowledged", () => {
  push(1, 1, { event: "boom" });
  assert_wrong(1, /crashed the room and was acknowledged/);
});

it("finds an epoch that returns, and an offset in two epochs", () => {
  const joined = { epoch: "e3", offset: 3, missed: 3, recovered: true };
  const reader = join({ client: 2, joined });
  for (const [n, epoch] of ["e1", "e2", "e1"].entries()) got(reader, push(n + 1), n + 1, epoch);
  reader.asked = { history: 3 };
  assert_wrong(3, /epoch e1 of room:1 comes back at 3/);
  push(4, 4, { epoch: "e3" });
  const other = join({ client: 3, joined: { epoch: "e4", offset: 3 } });
  got(other, history.pushes.get(`${room} 1/4`), 4, "e4");
  assert.match(judged(4).join(), /offset 4 of room:1 is in e3 to .* in e4 to client 3/);
});

const replies = [
  [/the room went back/, {}, { offset: 4 }],
  [/recovered, not asked/, {}, { offset: 9, recovered: true, missed: 0 }],
  [/not the last 3/, { history: 5 }, { offset: 9, recovered: true, missed: 5 }],
  [/missed 1, not 2/, { resume: { epoch: "e", offset: 7 } }, { recovered: true, missed: 1 }],
  [/cannot be held/, { resume: { epoch: "e", offset: 5 } }, { recovered: true, missed: 4 }],
  [/neither/, { resume: { epoch: "e", offset: 2 } }, { recovered: false, missed: 4 }],
  [/neither/, { resume: { epoch: "e", offset: 2 } }, {}],
  [/though it is held/, { resume: { epoch: "e", offset: 7 } }, { recovered: false, missed: 0 }],
  [/though it is held/, { resume: { epoch: "e", offset: 6 } }, { recovered: false, missed: 0 }],
];
for (const [pattern, asked, joined] of replies) {
  it(`finds a reply that does not fit: ${JSON.stringify({ asked, joined })}`, () => {
    join({ client: 2, asked, joined: { epoch: "e", offset: 9, ...joined }, known: 5 });
    assert_wrong(9, pattern);
  });
}

it("accepts the loss of an epoch only if none of its events is kept", () => {
  const reader = join({ client: 2, joined: { epoch: "e", offset: 0 } });
  for (const [n, epoch] of ["d", "d", "e", "e", "e"].entries()) {
    got(reader, push(n + 1, undefined, { epoch }), n + 1, epoch);
  }
  reader.joined = { epoch: "d", offset: 2, missed: 2, recovered: true };
  reader.asked = { history: 2 };
  reader.start = 0;
  const lost = { epoch: "e", offset: 5, recovered: false, missed: 0 };
  join({ client: 3, asked: { resume: { epoch: "d", offset: 2 } }, joined: lost });
  const found = judged(5).filter((wrong) => /client 3/.test(wrong));
  assert.deepEqual(found, []);
  const late = { ...lost, epoch: "d", offset: 4 };
  join({ client: 4, asked: { resume: { epoch: "d", offset: 1 } }, joined: late });
  assert.match(judged(5).join(), /client 4 .*though it is held/);
});

it("finds an event that no client pushed, and changed content", () => {
  const made = push(1, 1);
  history.push_of(room, { client: 7, n: 7, filling: "" }, "client 2");
  history.push_of(room, { ...History.payload_of(made), filling: "other" }, "client 2");
  assert.equal(history.push_of(room, History.payload_of(made), "client 2"), made);
  assert_wrong(1, /what nobody pushed/, /1\/1 with other content/);
});
