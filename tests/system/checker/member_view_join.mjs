// SPDX-License-Identifier: Apache-2.0
// Checks a join's reply: the position of the room, and the result of a resume. The same as
// tests/promises/member_view_join.cpp.

const young_ms_max = 30_000;

export function check_join(view, asked, { payload: { response } }) {
  const { epoch, offset, recovered, missed } = response;
  check_head(view, { epoch, offset });
  const { resume, history } = asked;
  const broke = (text) => view.broke("resume", `${text}: ${JSON.stringify({ resume, response })}`);
  if (!resume && history === undefined) {
    if (recovered !== undefined) broke("not asked for");
    return;
  }
  if (recovered === undefined || missed === undefined) return broke("the reply does not say");
  if (!resume) return check_history(view, asked, response);
  if (recovered) {
    if (offset - missed !== resume.offset) broke("recovered from elsewhere");
    if (missed > view.terms.history_events) broke("recovered too much");
    return;
  }
  if (missed > (history ?? 0)) broke("too much");
  if (must_be_held(view, resume, { epoch, offset })) broke("held and not recovered");
}

function check_head(view, { epoch, offset }) {
  const known = view.heads.get(epoch) ?? 0;
  if (offset < known) view.broke("order", `the room went back from ${known} to ${offset}`);
  view.heads.set(epoch, Math.max(known, offset));
}

function check_history(view, { history }, response) {
  const { history_events, history_age_ms } = view.terms;
  const { offset, missed, recovered } = response;
  const most = Math.min(history, history_events, offset);
  const is_all = missed === most && recovered === true;
  if (missed > most || (history_age_ms === undefined && !is_all)) {
    view.broke("resume", `not the last ${most}: ${JSON.stringify(response)}`);
  }
}

/// Whether the room certainly holds everything after this place, and knows its epoch.
function must_be_held(view, from, head) {
  const { loses, history_events, history_age_ms } = view.terms;
  const { where } = view;
  // If answers can be lost, this one may be from a time when the room did not hold the event.
  if (loses || from.epoch !== where?.epoch || from.offset !== where.offset) return false;
  const behind = head.offset - from.offset;
  if (behind < 0 || behind > history_events) return false;
  const ages = history_age_ms !== undefined;
  if (ages) {
    const young_ms = Math.min(young_ms_max, history_age_ms);
    if (view.next_born_after === null || view.now() - view.next_born_after >= young_ms) {
      return false;
    }
  }
  if (from.epoch === head.epoch) return true;
  // An epoch is forgotten with its last event. Events of another age may be gone by now.
  if (ages || !view.shows_positions || from.offset === 0) return false;
  return behind < history_events || view.truth.epoch_at(from.offset + 1) === from.epoch;
}
