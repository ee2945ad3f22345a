// SPDX-License-Identifier: Apache-2.0
// Reads everything that a room holds, as a fresh member does.
import assert from "node:assert/strict";
import { Member, unwrap } from "../member.mjs";

/// The payloads of all events of the room, each with its position.
export async function all_events(server, topic) {
  const payload = { history: 1_000_000_000 };
  const member = await Member.join(server, topic, { payload });
  const { offset, missed } = member.joined;
  assert.equal(missed, offset, `${topic} lacks events: ${JSON.stringify(member.joined)}`);
  const events = [];
  while (events.length < missed) {
    const { event, payload: data, position } = await member.next();
    if (event === "msg") events.push({ ...unwrap(data), ...position });
  }
  member.close();
  return events;
}
