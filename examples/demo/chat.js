// SPDX-License-Identifier: Apache-2.0
// Messages in the room's order, and the status of the last message of this tab.
import { positionOf, pushOnce } from "./roost-phoenix.js";
import { as_object, as_text, by_id, colored, element } from "./page.js";

const shown_max = 500;

/// Owns: the list, the form and the line below it. Ends: with the page.
export class Chat {
  constructor(channel, me) {
    this.channel = channel;
    this.me = me;
    this.list = by_id("messages");
    this.next_id = 0;
    this.shown = new Map(); // id of a message -> its row
    this.message_callback = () => {};
    channel.on("msg", (payload) => this.show(payload));
    by_id("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
  }

  /// `callback(tab)` runs for each message, because its sender no longer types.
  on_message(callback) {
    this.message_callback = callback;
  }

  note(text) {
    this.#add(element("span", "note", text)).className = "noted";
  }

  show(payload) {
    const { name, text, id, from } = as_object(payload);
    this.message_callback(from);
    // Without an idempotency_field in the room's rule, a push that is resent arrives twice.
    if (this.shown.has(id)) return;
    const sender = element("span", "sender", as_text(name, "somebody"));
    const position = positionOf(payload);
    const row = this.#add(
      colored(sender, sender.textContent),
      element("span", "said", as_text(text)),
      element("span", "offset", position ? `#${position.offset}` : ""),
    );
    if (from === this.me.id) row.classList.add("own");
    if (id === undefined) return;
    row.message = id;
    this.shown.set(id, row);
  }

  async send() {
    const text = by_id("text").value.trim();
    if (!text) return;
    by_id("text").value = "";
    const { id: from, name } = this.me;
    const id = `${from}-${++this.next_id}`;
    const is_offline = this.channel.state !== "joined";
    this.#ack("waiting", is_offline ? "waiting for the network" : "sending …");
    try {
      const { epoch, offset } = await pushOnce(this.channel, "msg", { name, text, id, from });
      this.#ack("sent", `sent: offset ${offset} of epoch ${epoch}`);
    } catch (error) {
      const status = error.isUnsure ? "may not be sent" : "not sent";
      this.#ack("failed", `${status}: ${error.reason ?? error.message}`);
    }
  }

  #ack(state, text) {
    by_id("ack").dataset.state = state;
    by_id("ack").textContent = text;
  }

  #add(...parts) {
    const { list } = this;
    const follows = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    const row = document.createElement("li");
    row.append(...parts);
    list.append(row);
    while (list.childElementCount > shown_max) {
      this.shown.delete(list.firstElementChild.message);
      list.firstElementChild.remove();
    }
    if (follows) list.scrollTop = list.scrollHeight;
    return row;
  }
}
