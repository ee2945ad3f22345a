// Messages: what was said, in the room's order, and what became of what this tab says.
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
    this.tell_said = () => {};
    channel.on("msg", (payload) => this.show(payload));
    by_id("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
  }

  /// `tell(tab)`: somebody said something, and so types no more.
  when_said(tell) {
    this.tell_said = tell;
  }

  note(text) {
    this.#add(element("span", "note", text)).className = "noted";
  }

  show(payload) {
    const { name, text, id, from } = as_object(payload);
    this.tell_said(from);
    // Where a room's rule has no idempotency field, a push repeated after a cut comes twice.
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
    const is_away = this.channel.state !== "joined";
    this.#ack("waiting", is_away ? "waiting for the network, sent once it is back" : "sending …");
    try {
      const { epoch, offset } = await pushOnce(this.channel, "msg", { name, text, id, from });
      this.#ack("sent", `sent: offset ${offset} of epoch ${epoch}`);
    } catch (error) {
      const outcome = error.isUnsure ? "perhaps not sent" : "not sent";
      this.#ack("failed", `${outcome}: ${error.reason ?? error.message}`);
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
