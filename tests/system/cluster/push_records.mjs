// SPDX-License-Identifier: Apache-2.0
// When each push of a client was sent, where, and how it was answered: shown with what a check has
// found.
const around = 2; // pushes before and after
const found_push = /^\w+: ([^ ]+?)(?:: | \S+ is )push (\d+) of client (\d+)/;

const time_of = (ms) => new Date(ms).toISOString().slice(11, 23);

export class PushRecords {
  constructor() {
    this.all = new Map(); // by connection and ref
  }

  sent(connection, ref, { room, number, node, is_repeat }) {
    this.all.set(`${connection}/${ref}`, { room, number, node, is_repeat, sent_ms: Date.now() });
  }

  answered(connection, ref, { status, response: { epoch, offset, reason } }) {
    const record = this.all.get(`${connection}/${ref}`);
    if (!record) return;
    record.answer = `${status} ${reason ?? `${epoch}:${offset}`} at ${time_of(Date.now())}`;
  }

  /// The lines about pushes of this room around the number `number`.
  texts(room, number) {
    const is_near = ([, one]) => one.room === room && Math.abs(one.number - number) <= around;
    return [...this.all].filter(is_near).map(([key, { node, is_repeat, sent_ms, ...one }]) => {
      const sent = `${is_repeat ? "sent again" : "sent"} to ${node} at ${time_of(sent_ms)}`;
      return `  ${room} push ${one.number} (connection/ref ${key}): ${sent}, ${one.answer}`;
    });
  }
}

/// The records of the pushes that these violations name. `clients`: in the order of their ids.
export function records_of(violations, clients) {
  const texts = violations.flatMap((text) => {
    const [, room, number, client] = found_push.exec(text) ?? [];
    return room ? (clients[client].records?.texts(room, Number(number)) ?? []) : [];
  });
  return [...new Set(texts)];
}
