// SPDX-License-Identifier: Apache-2.0
// Checks a join's reply: the position of the room, and the result of a resume. Mirrors
// tests/promises/member_view_join.cpp.

const young_ms_max = 30_000;

export function check_join(view, request, { payload: { response } }) {
  const { epoch, offset, recovered, missed } = response;
  check_head(view, { epoch, offset });
  const { resume, history } = request;
  const broke = (text) => view.broke("resume", `${text}: ${JSON.stringify({ resume, response })}`);
  if (!resume && history === undefined) {
    if (recovered !== undefined) broke("not requested");
    return;
  }
  if (recovered === undefined || missed === undefined) return broke("the reply is incomplete");
  if (!resume) return check_history(view, request, response);
  if (recovered) {
    if (offset - missed !== resume.offset) broke("did not resume from the position");
    if (missed > view.terms.history_events) broke("recovered more than the history holds");
    return;
  }
  if (missed > (history ?? 0)) broke("more than requested");
  if (must_be_held(view, resume, { epoch, offset })) broke("in the history but not recovered");
}

function check_head(view, { epoch, offset }) {
  const known = view.heads.get(epoch) ?? 0;
  if (offset < known) view.broke("order", `the room went back from ${known} to ${offset}`);
  view.heads.set(epoch, Math.max(known, offset));
}

function check_history(view, { history }, response) {
  const { history_events, history_age_ms } = view.terms;
  const { offset, missed, recovered } = response;
  const max = Math.min(history, history_events, offset);
  const is_all = missed === max && recovered === true;
  if (missed > max || (history_age_ms === undefined && !is_all)) {
    view.broke("resume", `not the last ${max}: ${JSON.stringify(response)}`);
  }
}

/// Whether the room must still hold every event after this position and know its epoch.
function must_be_held(view, from, head) {
  const { loses, history_events, history_age_ms } = view.terms;
  const { position } = view;
  // If answers may be lost, the answer that arrives may date from a time when the room did not hold
  // these events.
  if (loses || from.epoch !== position?.epoch || from.offset !== position.offset) return false;
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
  // The room forgets an epoch with its last event. Events may also have expired by age.
  if (ages || !view.shows_positions || from.offset === 0) return false;
  return behind < history_events || view.truth.epoch_at(from.offset + 1) === from.epoch;
}
