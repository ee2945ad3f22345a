// SPDX-License-Identifier: Apache-2.0
// The order of one room, put together from everything that any client was told. The same as
// tests/promises/room_truth.cpp.
import { createHash } from "node:crypto";

const content_length_max = 300;

/// An event as it is compared with what was sent.
export function content_of(event, payload) {
  const text = `${event} ${JSON.stringify(payload)}`;
  if (text.length <= content_length_max) return text;
  return `${text.slice(0, 100)} ${createHash("sha1").update(text).digest("hex")}`;
}

/// A push is {client, number, connection}.
const key_of = ({ client, number, connection }) => `${client}/${number}/${connection}`;
const text_of = ({ client, number }) => `push ${number} of client ${client}`;
const place_of = ({ epoch, offset }) => `${epoch}:${offset}`;

export class RoomTruth {
  /// `forgets`: offsets may begin at 1 again, in another epoch.
  constructor(topic, found, forgets = false) {
    Object.assign(this, { topic, found, forgets });
    this.order = new Map(); // place: {push, content, epoch}; where it is not known: null
    this.places = new Map(); // push: position
    this.pushes = [];
    this.said = new Set();
    this.was_refused = new Set();
    this.repeated = new Set();
    this.marked = new Set();
    this.sent = new Map(); // sender: offset: number
  }

  /// A client sends this event; what members see must be one of these.
  says(content) {
    this.said.add(content);
  }

  was_said(content) {
    return this.said.has(content);
  }

  /// A client pushes in this channel.
  asked(push, channel) {
    this.pushes.push({ push, channel });
  }

  /// The client repeats it over another connection: only its place must stay the same.
  repeats(push) {
    this.repeated.add(key_of(push));
  }

  is_repeated(push) {
    return this.repeated.has(key_of(push));
  }

  /// A client says that it has read up to there.
  marks(where) {
    this.marked.add(place_of(where));
  }

  is_marked(where) {
    return this.marked.has(place_of(where));
  }

  /// A member was given this event. The epoch is "" where the member cannot know it.
  seen(where, content, push) {
    if (this.was_refused.has(key_of(push))) {
      this.found.broke("true_answer", `${this.topic}: ${text_of(push)} was refused and happened`);
    }
    this.stands(where, content, push);
  }

  /// The sender was told that its push stands there.
  acknowledged(where, push) {
    this.stands(where, "", push);
  }

  /// The sender was told that its push did not happen.
  refused(push) {
    this.was_refused.add(key_of(push));
    if (!this.places.has(key_of(push))) return;
    this.found.broke("true_answer", `${this.topic}: ${text_of(push)} happened and was refused`);
  }

  stands(where, content, push) {
    const { epoch, offset } = where;
    const at = this.place_key(epoch, offset);
    const known = this.order.get(at);
    if (known) this.check_same(known, where, content, push);
    else this.order.set(at, { push, content, epoch, offset });
    const now = this.order.get(at);
    now.content ||= content;
    now.epoch ||= epoch;
    const first = this.places.get(key_of(push)) ?? where;
    this.places.set(key_of(push), first);
    const is_repeated = this.is_repeated(push);
    if (first.offset !== offset) {
      const text = `${text_of(push)} stands at ${place_of(first)} and at ${place_of(where)}`;
      this.found.broke(is_repeated ? "once" : "push_order", `${this.topic}: ${text}`);
    }
    if (!is_repeated) this.check_sender_order(where, push);
  }

  place_key(epoch, offset) {
    return this.forgets ? `${epoch}:${offset}` : `:${offset}`;
  }

  check_same(known, where, content, push) {
    const place = `${this.topic} ${place_of(where)}`;
    if (known.content && content && known.content !== content) {
      const text = `${place} is ${known.content} for one and ${content} for another`;
      this.found.broke("one_order", text);
    }
    if (key_of(known.push) !== key_of(push)) {
      this.found.broke("true_answer", `${place} is ${text_of(known.push)} and ${text_of(push)}`);
    }
    if (known.epoch && where.epoch && known.epoch !== where.epoch) {
      this.found.broke("one_order", `${place} is in epoch ${known.epoch} for another`);
    }
  }

  check_sender_order(where, push) {
    const sender = `${this.forgets ? where.epoch : ""} ${push.client}/${push.connection}`;
    const order = this.sent.get(sender) ?? [];
    this.sent.set(sender, order);
    // Most come in order: the place is near the end.
    let at = order.length;
    while (at > 0 && order[at - 1].offset >= where.offset) at -= 1;
    if (order[at]?.offset !== where.offset) {
      order.splice(at, 0, { offset: where.offset, number: push.number });
    }
    const { number } = order[at];
    const follows = at === 0 || order[at - 1].number < number;
    const precedes = at + 1 === order.length || order[at + 1].number > number;
    if (follows && precedes) return;
    const text = `${text_of(push)} is out of order at ${place_of(where)}`;
    this.found.broke("push_order", `${this.topic}: ${text}`);
  }

  /// The epoch of the event at this offset; "": not known.
  epoch_at(offset) {
    return this.order.get(this.place_key("", offset))?.epoch ?? "";
  }

  /// The room is at rest; `head`: its greatest offset, if that is known.
  check_quiet(head = null) {
    if (this.forgets) return;
    const all = [...this.order.values()].sort((a, b) => a.offset - b.offset);
    this.check_epochs(all);
    if (head === null) return;
    const last = all.at(-1);
    if (last && last.offset > head) {
      const text = `${text_of(last.push)} stands at ${last.offset}, the last offset is ${head}`;
      this.found.broke("true_answer", `${this.topic}: ${text}`);
    }
    if (this.order.size === head) this.check_holes();
  }

  check_epochs(all) {
    const over = new Set();
    let now = "";
    for (const { epoch, offset } of all) {
      if (!epoch || epoch === now) continue;
      if (over.has(epoch)) {
        this.found.broke("order", `${this.topic}: epoch ${epoch} comes back at ${offset}`);
      }
      over.add(now);
      now = epoch;
    }
  }

  /// Every offset was seen, so a push that stands nowhere was left out. In one channel none may be
  /// left out before another that was applied.
  check_holes() {
    const left_out = new Map();
    for (const { push, channel } of this.pushes) {
      const of = `${push.client}/${push.connection} ${channel}`;
      if (!this.places.has(key_of(push))) {
        const is_refused = this.was_refused.has(key_of(push));
        if (!is_refused && !left_out.has(of)) left_out.set(of, push);
      } else if (left_out.has(of)) {
        const text = `${text_of(push)} stands, ${text_of(left_out.get(of))} before it nowhere`;
        this.found.broke("push_order", `${this.topic}: ${text}`);
      }
    }
  }
}
