// SPDX-License-Identifier: Apache-2.0
// Plays the cases of tests/promises/cases.json; tests/promises/README.md lists the steps. The same
// as tests/promises/case_player.cpp.
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
const place_of = (text) => {
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

  /// "a:13", of the first client; "": it knows no place.
  get where() {
    const { where } = this.clients[0].view;
    return where ? `${where.epoch}:${where.offset}` : "";
  }

  /// By key, the refs of the metas that the first client is shown.
  get shown() {
    const refs = ([key, { metas }]) => [key, metas.map(({ phx_ref }) => phx_ref)];
    return Object.fromEntries(Object.entries(this.clients[0].view.presence.all).map(refs));
  }

  step(step) {
    const by = this.clients[step.by ?? 0];
    if (this.ask(by, step) || this.answer(by, step) || this.tell(by, step)) return;
    if ("marks" in step) return this.truth.marks(place_of(step.marks));
    if ("minutes" in step) return (this.ms += step.minutes * 60_000);
    if ("rest" in step) return this.rest(step);
    if (!("lost" in step)) throw new Error(`no step: ${JSON.stringify(step)}`);
    by.view.link_lost();
    by.view.connected((by.connection += 1), by.positions);
  }

  ask(by, step) {
    if ("join" in step) this.join(by, step);
    else if ("push" in step) this.push(by, step, "push");
    else if ("refused_push" in step) this.push(by, step, "refused_push");
    else if ("leave" in step) by.view.asked(step.leave, { kind: "leave" });
    else if ("ephemeral" in step) by.view.asked(step.ephemeral, { kind: "ephemeral" });
    else if ("describe" in step) {
      by.view.asked(step.ref, { kind: "describe", number: step.describe });
    } else if ("dropped" in step) by.view.dropped(step.dropped);
    else return false;
    return true;
  }

  join(by, { join: ref, meta = 1, resume, history, at, reply }) {
    const asked = { kind: "join", number: meta, history };
    if (resume !== undefined) asked.resume = place_of(resume);
    by.view.asked(ref, asked);
    if (at === undefined) return;
    by.join_ref = ref;
    this.reply(by, ref, "ok", { ...place_of(at), ...reply });
  }

  push(by, step, kind) {
    const { over } = step;
    const asked = { kind, number: step[kind], connection: over ?? by.connection };
    asked.is_repeat = over !== undefined;
    const push = by.view.push_id(asked);
    if (asked.is_repeat) this.truth.repeats(push);
    this.truth.says(content_of("msg", payload_of(push, "s")));
    by.view.asked(step.ref, asked);
  }

  answer(by, step) {
    if ("ok" in step) {
      this.reply(by, step.ok, "ok", { ...(step.at ? place_of(step.at) : {}), ...step.reply });
    } else if ("error" in step) {
      this.reply(by, step.error, "error", { reason: step.reason ?? "no" });
    } else {
      return false;
    }
    return true;
  }

  reply({ view, join_ref }, ref, status, response) {
    view.got({ join_ref, ref, event: "phx_reply", payload: { status, response } });
  }

  tell(by, step) {
    const push = (event, payload) => by.view.got({ join_ref: by.join_ref, event, payload });
    if ("event" in step) this.tell_event(by, step);
    else if ("typing" in step) this.tell_ephemeral(by, step);
    else if ("end" in step) {
      const ref = step.of ?? by.join_ref;
      by.view.got({ join_ref: ref, ref, event: step.end, payload: {} });
    } else if ("state" in step) push("presence_state", step.state);
    else if ("diff" in step) push("presence_diff", step.diff);
    else if ("receipt" in step) {
      push("read_receipt", { user: step.receipt, ...place_of(step.at) });
    } else if ("receipts" in step) {
      const all = Object.entries(step.receipts).map(([user, at]) => [user, place_of(at)]);
      push("read_receipts", { receipts: Object.fromEntries(all) });
    } else return false;
    return true;
  }

  tell_event(by, step) {
    const payload = this.told(step, "msg", payload_of(push_of(step.event), "s"));
    const position = step.at === undefined ? undefined : place_of(step.at);
    by.view.got({ join_ref: null, event: "msg", payload, position });
  }

  tell_ephemeral(by, step) {
    const payload = this.told(step, "typing", payload_of(push_of(step.typing), "e"));
    by.view.got({ join_ref: null, event: "typing", payload });
  }

  told({ is_changed, unsaid }, event, payload) {
    if (is_changed) payload.text = "other";
    if (!unsaid) this.truth.says(content_of(event, payload));
    return payload;
  }

  rest({ rest }) {
    const head = typeof rest === "number" ? rest : null;
    const views = this.clients.map(({ view }) => view);
    check_members(views, this.terms, this.found, head);
    this.truth.check_quiet(head);
  }
}
