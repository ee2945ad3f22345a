// SPDX-License-Identifier: Apache-2.0
// Checks that all clients of a room agree when nothing is in flight. Mirrors
// tests/promises/room_check.cpp.

/// Checks each view alone, then all together: every member has every event that any member knows
/// of, its presence shows exactly the live channels, and all have equal receipts. `head` is the
/// room's greatest offset, if known.
export function check_members(views, terms, found, head = null) {
  for (const view of views) view.check_quiet();
  const live = views.filter((view) => view.live);
  const last = Math.max(head ?? 0, ...live.map((view) => view.live.head_known));
  for (const view of live) {
    if (!view.has_all_up_to(last)) view.broke("no_gap", `it lacks an event up to offset ${last}`);
  }
  if (terms.has_presence) check_presence(live);
  check_receipts(live);
}

/// Each meta is {c: client index, v: version}.
function check_presence(live) {
  const text_of = (metas) => metas.map(({ c = -1, v = 0 }) => `${c} v${v}`).sort().join(", ");
  const expected = text_of(live.map(({ client: c, live: { meta_version: v } }) => ({ c, v })));
  for (const view of live) {
    const shown = text_of(view.presence.metas());
    if (shown !== expected) view.broke("presence", `it shows ${shown} instead of ${expected}`);
  }
}

function check_receipts(live) {
  const by_user = ([one], [other]) => (one < other ? -1 : 1);
  const text_of = ({ receipts: { all } }) => JSON.stringify([...all].sort(by_user));
  for (const view of live) {
    if (text_of(view) === text_of(live[0])) continue;
    view.broke("receipts", "it knows other receipts than the first member");
  }
}
