// SPDX-License-Identifier: Apache-2.0
// The people who type: an ephemeral event that is repeated while a person types, and expires.
import { as_object, as_text, by_id, push_now } from "./page.js";

const repeat_ms = 2_000;
const forget_ms = 5_000;

/// Owns: the line below the messages. Ends: with the page.
export class Typing {
  constructor(channel, me) {
    this.channel = channel;
    this.me = me;
    this.typists = new Map(); // tab -> {name, timer}
    this.last_sent = 0;
    channel.on("typing", (payload) => this.#received(payload));
    by_id("text").addEventListener("input", () => this.#send());
  }

  stop(id) {
    if (id === this.me.id) this.last_sent = 0;
    clearTimeout(this.typists.get(id)?.timer);
    if (this.typists.delete(id)) this.#show();
  }

  clear() {
    [...this.typists.keys()].forEach((id) => this.stop(id));
  }

  #send() {
    const is_typing = by_id("text").value !== "";
    const now = performance.now();
    if (is_typing && this.last_sent && now - this.last_sent < repeat_ms) return;
    this.last_sent = is_typing ? now : 0;
    push_now(this.channel, "typing", { ...this.me, is_typing });
  }

  #received(payload) {
    const { id, name, is_typing } = as_object(payload);
    if (id === this.me.id) return;
    this.stop(id);
    if (!is_typing) return;
    const timer = setTimeout(() => this.stop(id), forget_ms);
    this.typists.set(id, { name: as_text(name, "somebody"), timer });
    this.#show();
  }

  #show() {
    const names = [...this.typists.values()].map(({ name }) => name);
    by_id("typing").textContent = sentence(names);
  }
}

function sentence(names) {
  if (names.length === 0) return "";
  if (names.length > 3) return "several people are typing …";
  return `${names.join(" and ")} ${names.length > 1 ? "are" : "is"} typing …`;
}
