// SPDX-License-Identifier: Apache-2.0
// The events of one room as far as clients know them. Mirrors tests/promises/room_truth.cpp.
import { createHash } from "node:crypto";

const content_length_max = 300;

/// The text of an event, for comparing received events with sent ones. Long texts are hashed.
export function content_of(event, payload) {
  const text = `${event} ${JSON.stringify(payload)}`;
  if (text.length <= content_length_max) return text;
  return `${text.slice(0, 100)} ${createHash("sha1").update(text).digest("hex")}`;
}

/// A push is {client, number, connection}.
const key_of = ({ client, number, connection }) => `${client}/${number}/${connection}`;
const text_of = ({ client, number }) => `push ${number} of client ${client}`;
const position_text = ({ epoch, offset }) => `${epoch}:${offset}`;

export class RoomTruth {
  /// `forgets`: offsets may restart at 1 in another epoch.
  constructor(topic, found, forgets = false) {
    Object.assign(this, { topic, found, forgets });
    this.order = new Map(); // by position: {push, content, epoch}; "" is unknown
    this.positions = new Map(); // by push
    this.pushes = [];
    this.contents = new Set();
    this.was_refused = new Set();
    this.repeated = new Set();
    this.marked = new Set();
    this.numbers_by_sender = new Map(); // by sender: a list of {offset, number}
    this.first_in = new Map(); // by epoch: the least known offset of an event
    this.left_for = new Map(); // by epoch: the greatest offset from which a member went on in it
  }

  /// A client sends this event. Members may receive only events that were sent.
  sent(content) {
    this.contents.add(content);
  }

  was_sent(content) {
    return this.contents.has(content);
  }

  /// A client sends a push in this channel.
  pushed(push, channel) {
    this.pushes.push({ push, channel });
  }

  /// The client resends the push over another connection, so only its offset must stay the same.
  repeats(push) {
    this.repeated.add(key_of(push));
  }

  is_repeated(push) {
    return this.repeated.has(key_of(push));
  }

  /// A client marks this position as read.
  marks(position) {
    this.marked.add(position_text(position));
  }

  is_marked(position) {
    return this.marked.has(position_text(position));
  }

  /// A member received this event. The epoch is "" if the member cannot know it.
  received(position, content, push) {
    if (this.was_refused.has(key_of(push))) {
      this.found.broke("true_answer", `${this.topic}: ${text_of(push)} was refused but applied`);
    }
    this.record(position, content, push);
  }

  /// The sender received an acknowledgement of its push at this position.
  acknowledged(position, push) {
    this.record(position, "", push);
  }

  /// The sender received the answer that its push was not applied.
  refused(push) {
    this.was_refused.add(key_of(push));
    if (!this.positions.has(key_of(push))) return;
    this.found.broke("true_answer", `${this.topic}: ${text_of(push)} was applied but refused`);
  }

  record(position, content, push) {
    const { epoch, offset } = position;
    const at = this.position_key(epoch, offset);
    const known = this.order.get(at);
    if (known) this.check_same(known, position, content, push);
    else this.order.set(at, { push, content, epoch, offset });
    const now = this.order.get(at);
    now.content ||= content;
    now.epoch ||= epoch;
    if (epoch) {
      this.first_in.set(epoch, Math.min(this.first_in.get(epoch) ?? Infinity, offset));
      this.check_beginning(epoch);
    }
    const first = this.positions.get(key_of(push)) ?? position;
    this.positions.set(key_of(push), first);
    const is_repeated = this.is_repeated(push);
    if (first.offset !== offset) {
      const both = `${position_text(first)} and at ${position_text(position)}`;
      const text = `${text_of(push)} is at ${both}`;
      this.found.broke(is_repeated ? "idempotent" : "push_order", `${this.topic}: ${text}`);
    }
    if (!is_repeated) this.check_sender_order(position, push);
  }

  /// A member that had received everything up to `last` in another epoch goes on in this one.
  goes_on(epoch, last) {
    this.left_for.set(epoch, Math.max(this.left_for.get(epoch) ?? 0, last));
    this.check_beginning(epoch);
  }

  check_beginning(epoch) {
    const first = this.first_in.get(epoch) ?? Infinity;
    const left = this.left_for.get(epoch) ?? 0;
    if (first > left) return;
    const text = `goes on in epoch ${epoch} behind ${left}, but it has an event at ${first}`;
    this.found.broke("order", `${this.topic}: a member ${text}`);
  }

  position_key(epoch, offset) {
    return this.forgets ? `${epoch}:${offset}` : `:${offset}`;
  }

  check_same(known, position, content, push) {
    const here = `${this.topic} ${position_text(position)}`;
    if (known.content && content && known.content !== content) {
      const text = `${here} is ${known.content} for one client and ${content} for another`;
      this.found.broke("one_order", text);
    }
    if (key_of(known.push) !== key_of(push)) {
      this.found.broke("true_answer", `${here} is ${text_of(known.push)} and ${text_of(push)}`);
    }
    if (known.epoch && position.epoch && known.epoch !== position.epoch) {
      this.found.broke("one_order", `${here} is in epoch ${known.epoch} for another client`);
    }
  }

  check_sender_order(position, push) {
    const sender = `${this.forgets ? position.epoch : ""} ${push.client}/${push.connection}`;
    const order = this.numbers_by_sender.get(sender) ?? [];
    this.numbers_by_sender.set(sender, order);
    // Most events arrive in order, so search from the end.
    let at = order.length;
    while (at > 0 && order[at - 1].offset >= position.offset) at -= 1;
    if (order[at]?.offset !== position.offset) {
      order.splice(at, 0, { offset: position.offset, number: push.number });
    }
    const { number } = order[at];
    const follows = at === 0 || order[at - 1].number < number;
    const precedes = at + 1 === order.length || order[at + 1].number > number;
    if (follows && precedes) return;
    const text = `${text_of(push)} is out of order at ${position_text(position)}`;
    this.found.broke("push_order", `${this.topic}: ${text}`);
  }

  /// The epoch of the event at this offset; "" if unknown.
  epoch_at(offset) {
    return this.order.get(this.position_key("", offset))?.epoch ?? "";
  }

  /// Call when nothing is in flight. `head` is the room's greatest offset, if known.
  check_quiet(head = null) {
    if (this.forgets) return;
    const all = [...this.order.values()].sort((a, b) => a.offset - b.offset);
    this.check_epochs(all);
    if (head === null) return;
    const last = all.at(-1);
    if (last && last.offset > head) {
      const text = `${text_of(last.push)} is at ${last.offset}, but the last offset is ${head}`;
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

  /// Every offset was seen, so a push without an offset was not applied. Within one channel, a push
  /// may not be skipped if a later one was applied.
  check_holes() {
    const left_out = new Map();
    for (const { push, channel } of this.pushes) {
      const of = `${push.client}/${push.connection} ${channel}`;
      if (!this.positions.has(key_of(push))) {
        const is_refused = this.was_refused.has(key_of(push));
        if (!is_refused && !left_out.has(of)) left_out.set(of, push);
      } else if (left_out.has(of)) {
        const text = `${text_of(push)} was applied, but not ${text_of(left_out.get(of))} before it`;
        this.found.broke("push_order", `${this.topic}: ${text}`);
      }
    }
  }
}
