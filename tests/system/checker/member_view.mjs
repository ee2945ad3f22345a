// SPDX-License-Identifier: Apache-2.0
// Checks the promises to one client on one topic, from its requests and frames.
// The same as tests/promises/member_view.cpp.
import { check_join } from "./member_view_join.mjs";
import { event } from "./member_view_events.mjs";
import { PresenceMerge, ReceiptsMerge } from "./presence_merge.mjs";

const is_push = ({ kind }) => kind === "push" || kind === "refused_push";
const is_ok = ({ payload }) => payload.status === "ok";
/// Why a request was refused; "": it was not.
const reason_of = (frame) => (is_ok(frame) ? "" : frame.payload.response.reason ?? "");

/// A request is {kind, number, resume, history, connection, is_repeat}. Kinds: join, push,
/// refused_push (the room refuses it or crashes), ephemeral, describe, mark, leave.
export class MemberView {
  /// `terms`: what the room owes: echo, ephemeral, has_presence, history_events, history_age_ms
  /// (none: events stay, however old they are), and whether the bus loses or doubles.
  constructor({ client, topic, terms, truth, found, now = Date.now }) {
    Object.assign(this, { client, topic, terms, truth, found, now });
    this.connection = 0;
    this.shows_positions = true;
    this.pending = new Map(); // by ref
    this.excused = new Map(); // their channel is over: answered at most once
    this.last_asked = 0;
    this.last_answered = 0;
    this.joining = "";
    this.replaced = new Set(); // join_refs of channels that a newer join took over
    this.failed = ""; // join_ref of the last channel that a crash ended
    this.live = null;
    this.is_leaving = false;
    this.is_doubtful = false; // a second join was refused: the first is over, or soon
    this.where = null; // the last event that it got, or where it joined
    this.next_born_after = null; // what comes after that, if it is known
    this.heads = new Map(); // by epoch: the greatest offset that it knows of
    this.presence = new PresenceMerge();
    this.receipts = new ReceiptsMerge();
    this.last_ephemeral = new Map(); // by sender and its connection
  }

  broke(promise, text) {
    this.found.broke(promise, `client ${this.client} on ${this.topic}: ${text}`);
  }

  /// Its connection is now this one, counted from 1. Without positions on the wire it counts
  /// events from the join's reply.
  connected(number, shows_positions = true) {
    this.connection = number;
    this.shows_positions = shows_positions;
  }

  /// The join_ref of pushes: the newest join's; "": none.
  get join_ref() {
    return this.joining || (this.live?.join_ref ?? "");
  }

  push_id({ number, connection }) {
    return { client: this.client, number, connection };
  }

  asked(ref, request) {
    const asked = { connection: this.connection, ...request };
    if (asked.kind === "join") {
      asked.channel = ref;
      this.joining = ref;
      this.is_leaving = false;
    } else {
      asked.channel = this.join_ref;
    }
    if (asked.kind === "leave") this.is_leaving = true;
    asked.at = this.now();
    asked.order = this.last_asked += 1;
    if (asked.kind === "push" && !asked.is_repeat) {
      this.truth.asked(this.push_id(asked), asked.channel);
    }
    this.pending.set(ref, asked);
  }

  /// The server drops this request and never answers it.
  dropped(ref) {
    const asked = this.pending.get(ref);
    if (asked.kind === "leave") this.is_leaving = false;
    if (is_push(asked)) this.truth.refused(this.push_id(asked));
    this.pending.delete(ref);
  }

  /// The connection is gone, and with it every channel and every request without an answer.
  link_lost() {
    this.remember_where();
    this.pending.clear();
    this.excused.clear();
    this.replaced.clear();
    this.joining = this.failed = "";
    this.live = null;
    this.is_leaving = this.is_doubtful = false;
  }

  /// A frame: {join_ref, ref, event, payload, position}.
  got(frame) {
    if (frame.event === "phx_reply") return this.reply(frame);
    if (frame.event === "phx_close" || frame.event === "phx_error") return this.closed(frame);
    if (this.is_doubtful) return;
    if (!this.live) return this.broke("within_channel", frame.event);
    if (frame.join_ref && frame.join_ref !== this.live.join_ref) {
      return this.broke("within_channel", `${frame.event} for join_ref ${frame.join_ref}`);
    }
    event(this, frame);
  }

  /// Events after the last received one happened after the client had asked to join, unless it is
  /// still receiving missed events.
  remember_where() {
    if (!this.live) return;
    const { joined_at, asked_at } = this.live;
    this.next_born_after = this.where && this.where.offset >= joined_at ? asked_at : null;
  }

  end_channel(join_ref) {
    for (const [ref, asked] of [...this.pending]) {
      if (asked.channel !== join_ref) continue;
      this.excused.set(ref, asked);
      this.pending.delete(ref);
    }
  }

  reply(frame) {
    const is_late = this.excused.has(frame.ref);
    const from = is_late ? this.excused : this.pending;
    const asked = from.get(frame.ref);
    if (!asked) return this.broke("answered_once", `ref ${frame.ref} is answered again`);
    from.delete(frame.ref);
    this.check_answer_order(asked, frame);
    if (is_late) return this.answered_late(asked, frame);
    if (asked.kind === "join") return this.join_answered(asked, frame);
    if (is_push(asked)) return this.push_answered(asked, frame);
    const is_of_channel = this.live?.join_ref === asked.channel;
    if (asked.kind === "describe" && is_of_channel && is_ok(frame)) {
      this.live.meta_version = asked.number;
    }
  }

  /// The edge answers ephemeral events itself, and the connection what is asked of a channel that
  /// is over: both may overtake answers of the owner.
  check_answer_order(asked, frame) {
    if (asked.kind === "ephemeral" || reason_of(frame) === "unmatched topic") return;
    if (asked.kind === "leave" && this.live?.join_ref !== asked.channel) return;
    if (asked.order < this.last_answered) {
      this.broke("answer_order", `ref ${frame.ref} is answered after a later one`);
    }
    this.last_answered = Math.max(this.last_answered, asked.order);
  }

  /// A channel that failed has its last answers still on the way; one that was left has none.
  answered_late(asked, frame) {
    if (!is_push(asked)) return;
    if (!is_ok(frame)) return this.push_refused(asked, frame);
    if (asked.kind === "refused_push") {
      return this.broke("true_answer", "a push that the room refused is acknowledged");
    }
    if (asked.channel !== this.failed) {
      return this.broke("within_channel", `ref ${frame.ref} is answered ok after close`);
    }
    const { epoch, offset } = frame.payload.response;
    this.truth.acknowledged({ epoch, offset }, this.push_id(asked));
  }

  push_refused(asked, frame) {
    // A repeated push may have happened when it was sent first.
    if (asked.is_repeat || reason_of(frame) === "unknown outcome") return;
    this.truth.refused(this.push_id(asked));
  }

  join_answered(asked, frame) {
    if (this.joining === asked.channel) this.joining = "";
    if (is_ok(frame)) return this.joined(asked, frame);
    this.end_channel(asked.channel);
    // A newer join that is on its way replaces the channel that was refused.
    if (this.joining) this.replaced.add(asked.channel);
    // It was in until the room failed, and the answer was lost: what it pushed then may have
    // counted.
    if (reason_of(frame) === "join crashed") this.failed = asked.channel;
    if (!this.live) return;
    this.end_channel(this.live.join_ref);
    this.replaced.add(this.live.join_ref);
    this.live = null;
    this.is_doubtful = true;
  }

  joined(asked, frame) {
    const { epoch, offset, missed = 0, recovered = false } = frame.payload.response;
    check_join(this, asked, frame);
    if (this.live) {
      this.end_channel(this.live.join_ref);
      this.replaced.add(this.live.join_ref);
    }
    this.is_doubtful = false;
    this.live = {
      join_ref: asked.channel,
      epoch, // in which it joined; its live events are of the same
      next: offset + 1 - missed,
      joined_at: offset,
      asked_at: asked.at,
      head_known: offset,
      last_ack: 0,
      meta_version: asked.number,
      epochs: [], // of events it got, in their order
      own: new Set(), // offsets of its pushes, from their replies
      own_unseen: new Set(), // of these, not yet seen as events
      last_numbers: new Map(), // by sender and its connection
    };
    if (missed === 0) this.where = { epoch, offset };
    else if (!asked.resume || !recovered) this.where = null;
    this.presence.joined();
    this.receipts.joined();
    this.last_ephemeral.clear();
  }

  push_answered(asked, frame) {
    if (!is_ok(frame)) return this.push_refused(asked, frame);
    if (asked.kind === "refused_push") {
      return this.broke("true_answer", "a push that the room refused is acknowledged");
    }
    if (this.live?.join_ref !== asked.channel) {
      return this.broke("within_channel", `ref ${frame.ref} is answered outside of it`);
    }
    const { live } = this;
    const { epoch, offset } = frame.payload.response;
    this.truth.acknowledged({ epoch, offset }, this.push_id(asked));
    live.head_known = Math.max(live.head_known, offset);
    live.own.add(offset);
    if (asked.is_repeat) return;
    const last = Math.max(live.last_ack, live.joined_at);
    if (offset <= last) this.broke("push_order", `acknowledged at ${offset} after ${last}`);
    live.last_ack = offset;
    if (this.terms.echo) live.own_unseen.add(offset);
  }

  closed(frame) {
    if (this.replaced.delete(frame.join_ref)) return;
    if (!this.live || frame.join_ref !== this.live.join_ref) {
      return this.broke("within_channel", `${frame.event} of ${frame.join_ref}`);
    }
    this.remember_where();
    if (frame.event === "phx_error") this.failed = this.live.join_ref;
    this.end_channel(this.live.join_ref);
    this.live = null;
    this.is_leaving = false;
  }

  /// Whether it has all events up to this offset, as far as it should get them.
  has_all_up_to(head) {
    for (let offset = this.live.next; offset <= head; offset += 1) {
      if (this.terms.echo || !this.live.own.has(offset)) return false;
    }
    return true;
  }

  /// Everything has had the time to arrive.
  check_quiet() {
    for (const [ref, { kind }] of this.pending) this.broke("answered", `${kind} ${ref} is not`);
    if (!this.live) return;
    const [unseen] = this.live.own_unseen;
    if (unseen !== undefined) {
      this.broke("true_answer", `its push was acknowledged at ${unseen} and never came`);
    }
    if (this.terms.has_presence && !this.presence.has_state) {
      this.broke("presence", "no presence_state came");
    }
  }
}
