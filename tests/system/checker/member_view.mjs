// SPDX-License-Identifier: Apache-2.0
// Checks the promises to one client on one topic, from its requests and frames.
// Mirrors tests/promises/member_view.cpp.
import { check_join } from "./member_view_join.mjs";
import { event } from "./member_view_events.mjs";
import { PresenceMerge, ReceiptsMerge } from "./presence_merge.mjs";

const is_push = ({ kind }) => kind === "push" || kind === "refused_push";
const is_ok = ({ payload }) => payload.status === "ok";
/// The reason of a refused request; "" if the request succeeded.
const reason_of = (frame) => (is_ok(frame) ? "" : frame.payload.response.reason ?? "");

/// A request is {kind, number, resume, history, connection, is_repeat}. Kinds: join, push,
/// refused_push (the room refuses it or crashes), ephemeral, describe, mark, leave.
export class MemberView {
  /// `terms`: the room's echo, ephemeral, has_presence, history_events and history_age_ms (missing:
  /// events do not expire), whether the bus `loses` or `doubles` messages, and whether the room
  /// `moves`: then a channel goes on in the epoch of a new owner.
  constructor({ client, topic, terms, truth, found, now = Date.now }) {
    Object.assign(this, { client, topic, terms, truth, found, now });
    this.connection = 0;
    this.shows_positions = true;
    this.pending = new Map(); // by ref
    this.excused = new Map(); // by ref, of ended channels: at most one answer each
    this.last_requested = 0;
    this.last_answered = 0;
    this.joining = "";
    this.replaced = new Set(); // join_refs of channels that a newer join replaced
    this.failed = ""; // join_ref of the last channel that a crash ended
    this.live = null;
    this.is_leaving = false;
    this.is_doubtful = false; // a second join was refused, so the first channel ends
    this.position = null; // of the last received event, or of the join
    this.next_born_after = null; // events after `position` are newer than this, if known
    this.heads = new Map(); // by epoch: the greatest known offset
    this.presence = new PresenceMerge();
    this.receipts = new ReceiptsMerge();
    this.last_ephemeral = new Map(); // by sender and connection
  }

  broke(promise, text) {
    this.found.broke(promise, `client ${this.client} on ${this.topic}: ${text}`);
  }

  /// The client uses this connection from now on; numbers start at 1. If the wire format shows no
  /// positions, the view counts events from the join's reply.
  connected(number, shows_positions = true) {
    this.connection = number;
    this.shows_positions = shows_positions;
  }

  /// The join_ref that pushes carry: the newest join's; "" if there is none.
  get join_ref() {
    return this.joining || (this.live?.join_ref ?? "");
  }

  push_id({ number, connection }) {
    return { client: this.client, number, connection };
  }

  requested(ref, fields) {
    const request = { connection: this.connection, ...fields };
    if (request.kind === "join") {
      request.channel = ref;
      this.joining = ref;
      this.is_leaving = false;
    } else {
      request.channel = this.join_ref;
    }
    if (request.kind === "leave") this.is_leaving = true;
    request.at = this.now();
    request.order = this.last_requested += 1;
    if (request.kind === "push" && !request.is_repeat) {
      this.truth.pushed(this.push_id(request), request.channel);
    }
    this.pending.set(ref, request);
  }

  /// The server drops this request and never answers it.
  dropped(ref) {
    const request = this.pending.get(ref);
    if (request.kind === "leave") this.is_leaving = false;
    if (is_push(request)) this.truth.refused(this.push_id(request));
    this.pending.delete(ref);
  }

  /// The connection has ended, and with it all channels and unanswered requests.
  connection_lost() {
    this.remember_position();
    this.pending.clear();
    this.excused.clear();
    this.replaced.clear();
    this.joining = this.failed = "";
    this.live = null;
    this.is_leaving = this.is_doubtful = false;
  }

  /// A frame: {join_ref, ref, event, payload, position}.
  received(frame) {
    if (frame.event === "phx_reply") return this.reply(frame);
    if (frame.event === "phx_close" || frame.event === "phx_error") return this.closed(frame);
    if (this.is_doubtful) return;
    if (!this.live) return this.broke("within_channel", frame.event);
    if (frame.join_ref && frame.join_ref !== this.live.join_ref) {
      return this.broke("within_channel", `${frame.event} for join_ref ${frame.join_ref}`);
    }
    event(this, frame);
  }

  /// Events after the last received one are newer than this channel's join request, unless the
  /// member was still catching up when the channel ended.
  remember_position() {
    if (!this.live) return;
    const { joined_at, requested_at } = this.live;
    this.next_born_after = this.position && this.position.offset >= joined_at ? requested_at : null;
  }

  end_channel(join_ref) {
    for (const [ref, request] of [...this.pending]) {
      if (request.channel !== join_ref) continue;
      this.excused.set(ref, request);
      this.pending.delete(ref);
    }
  }

  reply(frame) {
    const is_late = this.excused.has(frame.ref);
    const from = is_late ? this.excused : this.pending;
    const request = from.get(frame.ref);
    if (!request) return this.broke("answered_once", `ref ${frame.ref} is answered again`);
    from.delete(frame.ref);
    this.check_answer_order(request, frame);
    if (is_late) return this.answered_late(request, frame);
    if (request.kind === "join") return this.join_answered(request, frame);
    if (is_push(request)) return this.push_answered(request, frame);
    const is_of_channel = this.live?.join_ref === request.channel;
    if (request.kind === "describe" && is_of_channel && is_ok(frame)) {
      this.live.meta_version = request.number;
    }
  }

  /// The edge answers ephemeral events itself, and the connection answers requests for a channel
  /// that has ended. Both answers may overtake answers of the owner.
  check_answer_order(request, frame) {
    if (request.kind === "ephemeral" || reason_of(frame) === "unmatched topic") return;
    if (request.kind === "leave" && this.live?.join_ref !== request.channel) return;
    if (request.order < this.last_answered) {
      this.broke("answer_order", `ref ${frame.ref} is answered after a later one`);
    }
    this.last_answered = Math.max(this.last_answered, request.order);
  }

  /// After a crash ended a channel, its last answers may still arrive; after a leave, none may.
  answered_late(request, frame) {
    if (!is_push(request)) return;
    if (!is_ok(frame)) return this.push_refused(request, frame);
    if (request.kind === "refused_push") {
      return this.broke("true_answer", "a push that the room refused is acknowledged");
    }
    if (request.channel !== this.failed) {
      return this.broke("within_channel", `ref ${frame.ref} is answered ok after close`);
    }
    const { epoch, offset } = frame.payload.response;
    this.truth.acknowledged({ epoch, offset }, this.push_id(request));
  }

  push_refused(request, frame) {
    // A resent push may already have been applied when it was sent first.
    if (request.is_repeat || reason_of(frame) === "unknown outcome") return;
    this.truth.refused(this.push_id(request));
  }

  join_answered(request, frame) {
    if (this.joining === request.channel) this.joining = "";
    if (is_ok(frame)) return this.joined(request, frame);
    this.end_channel(request.channel);
    // A newer pending join replaces the refused channel.
    if (this.joining) this.replaced.add(request.channel);
    // The member was in the room until the crash, and the first answer to its join was lost. Its
    // pushes of that time may have been applied.
    if (reason_of(frame) === "join crashed") this.failed = request.channel;
    if (!this.live) return;
    this.end_channel(this.live.join_ref);
    this.replaced.add(this.live.join_ref);
    this.live = null;
    this.is_doubtful = true;
  }

  joined(request, frame) {
    const { epoch, offset, missed = 0, recovered = false } = frame.payload.response;
    check_join(this, request, frame);
    if (this.live) {
      this.end_channel(this.live.join_ref);
      this.replaced.add(this.live.join_ref);
    }
    this.is_doubtful = false;
    this.live = {
      join_ref: request.channel,
      epoch, // at the join; live events must have the same, unless the room moves
      seen_epoch: missed === 0 ? epoch : "", // of the last event, or of the position before it
      next: offset + 1 - missed, // the offset expected next
      joined_at: offset,
      requested_at: request.at,
      head_known: offset,
      last_ack: 0,
      meta_version: request.number,
      epochs: [], // of received events, in order
      own: new Set(), // offsets of its pushes, from their replies
      own_unseen: new Set(), // those of `own` not yet received as events
      last_numbers: new Map(), // by sender and connection
    };
    if (request.resume && recovered) this.live.seen_epoch = request.resume.epoch;
    if (missed === 0) this.position = { epoch, offset };
    else if (!request.resume || !recovered) this.position = null;
    this.presence.joined();
    this.receipts.joined();
    this.last_ephemeral.clear();
  }

  push_answered(request, frame) {
    if (!is_ok(frame)) return this.push_refused(request, frame);
    if (request.kind === "refused_push") {
      return this.broke("true_answer", "a push that the room refused is acknowledged");
    }
    if (this.live?.join_ref !== request.channel) {
      return this.broke("within_channel", `ref ${frame.ref} is answered outside of its channel`);
    }
    const { live } = this;
    const { epoch, offset } = frame.payload.response;
    this.truth.acknowledged({ epoch, offset }, this.push_id(request));
    live.head_known = Math.max(live.head_known, offset);
    live.own.add(offset);
    if (request.is_repeat) return;
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
    this.remember_position();
    if (frame.event === "phx_error") this.failed = this.live.join_ref;
    this.end_channel(this.live.join_ref);
    this.live = null;
    this.is_leaving = false;
  }

  /// Whether the member has received all events up to this offset that it should receive.
  has_all_up_to(head) {
    for (let offset = this.live.next; offset <= head; offset += 1) {
      if (this.terms.echo || !this.live.own.has(offset)) return false;
    }
    return true;
  }

  /// Call after everything has had time to arrive: checks that nothing is missing.
  check_quiet() {
    for (const [ref, { kind }] of this.pending) {
      this.broke("answered", `${kind} ${ref} has no answer`);
    }
    if (!this.live) return;
    const [unseen] = this.live.own_unseen;
    if (unseen !== undefined) {
      this.broke("true_answer", `the push acknowledged at ${unseen} never arrived as event`);
    }
    if (this.terms.has_presence && !this.presence.has_state) {
      this.broke("presence", "no presence_state arrived");
    }
  }
}
