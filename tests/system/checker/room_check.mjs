// SPDX-License-Identifier: Apache-2.0
// Checks that all clients of a room agree when everything has come to rest. The same as
// tests/promises/room_check.cpp.

/// Each view by itself, then all together: every member has every event that any of them knows of,
/// is shown exactly the live channels, and knows the same receipts. `head`: the room's greatest
/// offset, if the caller knows it.
export function check_members(views, terms, found, head = null) {
  for (const view of views) view.check_quiet();
  const live = views.filter((view) => view.live);
  const last = Math.max(head ?? 0, ...live.map((view) => view.live.head_known));
  for (const view of live) {
    if (!view.has_all_up_to(last)) view.broke("no_gap", `it has not all up to ${last}`);
  }
  if (terms.has_presence) check_presence(live);
  check_receipts(live);
}

/// Each meta is {c: the client, v: its version}.
function check_presence(live) {
  const told = (metas) => metas.map(({ c = -1, v = 0 }) => `${c} v${v}`).sort().join(", ");
  const expected = told(live.map(({ client: c, live: { meta_version: v } }) => ({ c, v })));
  for (const view of live) {
    const shown = told(view.presence.metas());
    if (shown !== expected) view.broke("presence", `it sees ${shown}, live are ${expected}`);
  }
}

function check_receipts(live) {
  const by_user = ([one], [other]) => (one < other ? -1 : 1);
  const told = ({ receipts: { all } }) => JSON.stringify([...all].sort(by_user));
  for (const view of live) {
    if (told(view) !== told(live[0])) view.broke("receipts", "it knows others than the first");
  }
}
