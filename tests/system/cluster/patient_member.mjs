// SPDX-License-Identifier: Apache-2.0
// Members of rooms that are not available for a while, as those of a shard that nobody serves.
import { Member } from "../member.mjs";
import { until } from "../server.mjs";

/// Joins, again and again while the room is not available; the reply is in `joined`.
export async function join_when_served(server, topic, payload = {}) {
  let member;
  await until(async () => {
    member = await Member.open(server);
    member.topic = topic;
    const { status, response } = await member.answer(member.send("phx_join", payload));
    member.joined = response;
    if (status !== "ok") member.close();
    return status === "ok";
  }, () => `a member of ${topic}: ${server.output()}`);
  return member;
}

/// Pushes once, skips all frames before the reply, and returns it: {status, response}.
export async function push_once(member, event, payload) {
  const ref = member.send(event, payload);
  for (;;) {
    const { event: name, ref: to, payload: answer } = await member.next();
    if (name === "phx_reply" && to === ref) return answer;
  }
}

/// Pushes, again and again until the answer is ok, and returns the position in it.
export async function push_until_ok(member, event, payload) {
  return until(async () => {
    const { status, response } = await push_once(member, event, payload);
    return status === "ok" && response;
  }, `a push into ${member.topic} that is answered ok`);
}
