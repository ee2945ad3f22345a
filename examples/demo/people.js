// SPDX-License-Identifier: Apache-2.0
// The people in the room, with the official Presence class.
import { as_object, as_text, by_id, colored, element } from "./page.js";

const shown_max = 40;

/// Owns: the list of people. Ends: with the page.
export class People {
  constructor(channel, presence, me) {
    this.channel = channel;
    this.presence = presence;
    this.me = me;
    this.tabs = new Set();
    this.leave_callback = () => {};
    presence.onSync(() => this.#show());
    // A large room sends only a count.
    channel.on("presence_count", (payload) => this.#show_count(as_object(payload).count));
  }

  /// `callback(tab)` runs when a tab has left.
  on_leave(callback) {
    this.leave_callback = callback;
  }

  /// Sends the changed meta of this tab.
  update() {
    if (this.channel.state !== "joined") return; // the next join sends it
    this.channel.push("presence_update", { meta: this.me });
  }

  #show() {
    const metas = this.presence.list((key, { metas }) => as_object(metas.at(-1)));
    const name_of = (meta) => as_text(meta.name, "somebody");
    metas.sort((a, b) => name_of(a).localeCompare(name_of(b)));
    const rows = metas.slice(0, shown_max).map((meta) => this.#row(name_of(meta), meta.id));
    if (metas.length > shown_max) {
      rows.push(element("li", "more", `and ${metas.length - shown_max} more`));
    }
    by_id("people").replaceChildren(...rows);
    by_id("people-count").textContent = metas.length;
    const tabs = new Set(metas.map(({ id }) => id));
    for (const id of this.tabs) if (!tabs.has(id)) this.leave_callback(id);
    this.tabs = tabs;
  }

  #row(name, id) {
    const row = colored(element("li", "person"), name);
    const face = element("span", "face", [...name][0]?.toUpperCase() ?? "?");
    face.setAttribute("aria-hidden", "true");
    row.append(face, element("span", "person-name", name));
    if (id === this.me.id) row.append(element("span", "you", "you"));
    return row;
  }

  #show_count(count) {
    by_id("people").replaceChildren(element("li", "more", "too many to list"));
    by_id("people-count").textContent = as_text(count);
  }
}
