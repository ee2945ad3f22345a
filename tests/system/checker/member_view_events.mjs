// SPDX-License-Identifier: Apache-2.0
// Checks the events that a member receives: ordered, ephemeral, presence and receipts. Mirrors
// tests/promises/member_view_events.cpp.
import { content_of } from "./room_truth.mjs";

export function event(view, frame) {
  const { event: name, payload, position } = frame;
  if (name === "presence_state") return view.presence.state(payload);
  if (name === "presence_diff") return view.presence.diff(payload);
  if (name.startsWith("presence_")) return;
  if (name.startsWith("read_receipt")) return receipt(view, frame);
  const content = content_of(name, payload);
  if (!view.truth.was_sent(content)) return view.broke("as_sent", `nobody sent ${content}`);
  if (view.terms.ephemeral.includes(name)) return ephemeral(view, frame);
  if (Boolean(position) !== view.shows_positions) {
    return view.broke("well_formed", `${name} must have a position only if the format shows it`);
  }
  const { c: client, s: number, l: connection = 0 } = payload;
  ordered(view, position ?? count_position(view), content, { client, number, connection });
}

function receipt(view, { event: name, payload }) {
  const { receipts, truth } = view;
  const is_ahead = name === "read_receipts" ? receipts.add(payload) : receipts.moved(payload);
  if (!is_ahead) view.broke("receipts", `a mark went back: ${JSON.stringify(payload)}`);
  for (const [user, at] of receipts.all) {
    if (!truth.is_marked(at)) view.broke("receipts", `${user} never marked ${at.offset}`);
  }
}

/// Without a duplicating bus, each event arrives at most once. Without a lossy bus, the events of
/// one connection arrive in order.
function ephemeral(view, { payload, position }) {
  if (position) return view.broke("well_formed", "an ephemeral event has a position");
  const { c, l, e: number } = payload;
  const last = view.last_ephemeral.get(`${c}/${l}`) ?? 0;
  const is_overtaken = number < last && !view.terms.loses;
  if (is_overtaken || (number === last && !view.terms.doubles)) {
    view.broke("as_sent", `${JSON.stringify(payload)} comes after ${last}`);
  }
  view.last_ephemeral.set(`${c}/${l}`, Math.max(last, number));
}

function ordered(view, position, content, push) {
  const { live } = view;
  view.truth.received(position, content, push);
  check_offset(view, position);
  check_epoch(view, position);
  if (live.seen_epoch && live.seen_epoch !== position.epoch) {
    view.truth.goes_on(position.epoch, live.next - 1);
  }
  live.seen_epoch = position.epoch;
  check_sender(view, position, push);
  live.next = position.offset + 1;
  live.head_known = Math.max(live.head_known, position.offset);
  live.own_unseen.delete(position.offset);
  if (position.epoch) {
    view.position = position;
    view.heads.set(position.epoch, Math.max(view.heads.get(position.epoch) ?? 0, position.offset));
  } else if (view.position) {
    // Missed events count as events of the epoch that was resumed.
    view.position = { epoch: view.position.epoch, offset: position.offset };
  }
}

/// The position of the next event for a member without positions on the wire. The epoch of missed
/// events is unknown.
function count_position({ live, terms }) {
  let offset = live.next;
  while (!terms.echo && offset > live.joined_at && live.own.has(offset)) offset += 1;
  return { epoch: offset > live.joined_at ? live.epoch : "", offset };
}

function check_offset(view, { epoch, offset }) {
  const { live, terms } = view;
  const due = `${epoch}:${offset} where ${live.next} comes next`;
  if (offset < live.next) return view.broke("order", due);
  for (let missing = live.next; missing < offset; missing += 1) {
    // Without echo a member does not receive its own live events.
    const is_own = missing > live.joined_at && live.own.has(missing);
    if (terms.echo || !is_own) return view.broke("no_gap", due);
  }
}

function check_epoch(view, { epoch, offset }) {
  const { live } = view;
  if (!epoch) return;
  if (offset > live.joined_at && epoch !== live.epoch) {
    // A crash starts a new epoch and ends every channel.
    if (!view.terms.moves) {
      view.broke("order", `epoch ${epoch} in a channel of epoch ${live.epoch}`);
    }
    if (live.epochs.at(-1) !== live.epoch) live.epochs.push(live.epoch);
    live.epoch = epoch;
  }
  if (live.epochs.at(-1) === epoch) return;
  if (live.epochs.includes(epoch)) view.broke("order", `epoch ${epoch} comes back`);
  live.epochs.push(epoch);
}

function check_sender(view, position, push) {
  const { live, terms } = view;
  const { client, number, connection } = push;
  const sender = `${client}/${connection}`;
  const last = live.last_numbers.get(sender) ?? 0;
  if (number <= last && !view.truth.is_repeated(push)) {
    view.broke("push_order", `push ${number} of client ${client} after ${last}`);
  }
  live.last_numbers.set(sender, Math.max(last, number));
  if (client !== view.client) return;
  const is_own = connection === view.connection;
  if (!terms.echo && is_own && position.offset > live.joined_at) {
    view.broke("no_gap", "its own event without echo");
  }
  for (const [ref, request] of view.pending) {
    if (request.kind === "push" && request.number === number && !request.is_repeat) {
      view.broke("reply_first", `its event came before its reply ${ref}`);
    }
  }
}
