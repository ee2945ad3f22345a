// SPDX-License-Identifier: Apache-2.0
// Plays the cases of tests/promises/cases.json; tests/promises/README.md lists the steps.
// Mirrors tests/promises/case_player.cpp.
import { Findings } from "./findings.mjs";
import { MemberView } from "./member_view.mjs";
import { check_members } from "./room_check.mjs";
import { content_of, RoomTruth } from "./room_truth.mjs";

const topic = "room:1";

const terms_from = ({ presence = false, ...given }) => ({
  echo: true,
  ephemeral: ["typing"],
  history_events: 100,
  has_presence: presence,
  ...given,
});

/// "a:11"
const position_of = (text) => {
  const [epoch, offset] = text.split(":");
  return { epoch, offset: Number(offset) };
};

/// "1/2" or "1/2/1": client, number, connection.
const push_of = (text) => {
  const [client, number, connection = 1] = text.split("/").map(Number);
  return { client, number, connection };
};

const payload_of = ({ client, number, connection }, numbered) => ({
  c: client,
  l: connection,
  [numbered]: number,
});

export class CasePlayer {
  constructor({ terms = {}, members = [{}] }) {
    this.ms = 0;
    this.terms = terms_from(terms);
    this.found = new Findings();
    this.truth = new RoomTruth(topic, this.found, this.terms.forgets);
    const { truth, found, terms: agreed } = this;
    this.clients = members.map(({ positions = true }, client) => {
      const now = () => this.ms;
      const view = new MemberView({ client, topic, terms: agreed, truth, found, now });
      view.connected(1, positions);
      return { view, positions, connection: 1, join_ref: "" };
    });
  }

  play(steps) {
    for (const step of steps) this.step(step);
  }

  /// The first client's position, such as "a:13"; "" if that client knows none.
  get position_text() {
    const { position } = this.clients[0].view;
    return position ? `${position.epoch}:${position.offset}` : "";
  }

  /// For each presence key, the refs of the metas that the first client has.
  get shown() {
    const refs = ([key, { metas }]) => [key, metas.map(({ phx_ref }) => phx_ref)];
    return Object.fromEntries(Object.entries(this.clients[0].view.presence.all).map(refs));
  }

  step(step) {
    const by = this.clients[step.by ?? 0];
    if (this.play_request(by, step) || this.play_reply(by, step)) return;
    if (this.play_frame(by, step)) return;
    if ("marks" in step) return this.truth.marks(position_of(step.marks));
    if ("minutes" in step) return (this.ms += step.minutes * 60_000);
    if ("rest" in step) return this.rest(step);
    if (!("lost" in step)) throw new Error(`no step: ${JSON.stringify(step)}`);
    by.view.connection_lost();
    by.view.connected((by.connection += 1), by.positions);
  }

  play_request(by, step) {
    if ("join" in step) this.join(by, step);
    else if ("push" in step) this.push(by, step, "push");
    else if ("refused_push" in step) this.push(by, step, "refused_push");
    else if ("leave" in step) by.view.requested(step.leave, { kind: "leave" });
    else if ("ephemeral" in step) by.view.requested(step.ephemeral, { kind: "ephemeral" });
    else if ("describe" in step) {
      by.view.requested(step.ref, { kind: "describe", number: step.describe });
    } else if ("dropped" in step) by.view.dropped(step.dropped);
    else return false;
    return true;
  }

  join(by, { join: ref, meta = 1, resume, history, at, reply }) {
    const request = { kind: "join", number: meta, history };
    if (resume !== undefined) request.resume = position_of(resume);
    by.view.requested(ref, request);
    if (at === undefined) return;
    by.join_ref = ref;
    this.reply(by, ref, "ok", { ...position_of(at), ...reply });
  }

  push(by, step, kind) {
    const { over } = step;
    const request = { kind, number: step[kind], connection: over ?? by.connection };
    request.is_repeat = over !== undefined;
    const push = by.view.push_id(request);
    if (request.is_repeat) this.truth.repeats(push);
    this.truth.sent(content_of("msg", payload_of(push, "s")));
    by.view.requested(step.ref, request);
  }

  play_reply(by, step) {
    if ("ok" in step) {
      this.reply(by, step.ok, "ok", { ...(step.at ? position_of(step.at) : {}), ...step.reply });
    } else if ("error" in step) {
      this.reply(by, step.error, "error", { reason: step.reason ?? "no" });
    } else {
      return false;
    }
    return true;
  }

  reply({ view, join_ref }, ref, status, response) {
    view.received({ join_ref, ref, event: "phx_reply", payload: { status, response } });
  }

  play_frame(by, step) {
    const push = (event, payload) => by.view.received({ join_ref: by.join_ref, event, payload });
    if ("event" in step) this.play_event(by, step);
    else if ("typing" in step) this.play_ephemeral(by, step);
    else if ("end" in step) {
      const ref = step.of ?? by.join_ref;
      by.view.received({ join_ref: ref, ref, event: step.end, payload: {} });
    } else if ("state" in step) push("presence_state", step.state);
    else if ("diff" in step) push("presence_diff", step.diff);
    else if ("receipt" in step) {
      push("read_receipt", { user: step.receipt, ...position_of(step.at) });
    } else if ("receipts" in step) {
      const all = Object.entries(step.receipts).map(([user, at]) => [user, position_of(at)]);
      push("read_receipts", { receipts: Object.fromEntries(all) });
    } else return false;
    return true;
  }

  play_event(by, step) {
    const payload = this.sent_payload(step, "msg", payload_of(push_of(step.event), "s"));
    const position = step.at === undefined ? undefined : position_of(step.at);
    by.view.received({ join_ref: null, event: "msg", payload, position });
  }

  play_ephemeral(by, step) {
    const payload = this.sent_payload(step, "typing", payload_of(push_of(step.typing), "e"));
    by.view.received({ join_ref: null, event: "typing", payload });
  }

  sent_payload({ is_changed, not_sent }, event, payload) {
    if (is_changed) payload.text = "other";
    if (!not_sent) this.truth.sent(content_of(event, payload));
    return payload;
  }

  rest({ rest }) {
    const head = typeof rest === "number" ? rest : null;
    const views = this.clients.map(({ view }) => view);
    check_members(views, this.terms, this.found, head);
    this.truth.check_quiet(head);
  }
}
