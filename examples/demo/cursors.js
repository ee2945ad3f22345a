// SPDX-License-Identifier: Apache-2.0
// The pointers of other tabs: an ephemeral event, of which only the newest matters.
import { as_object, as_text, by_id, colored, element, push_now } from "./page.js";

const send_ms = 50;
const forget_ms = 10_000;
const shown_max = 50;

/// Owns: the layer of cursors over the messages. Ends: with the page.
export class Cursors {
  constructor(channel, me) {
    this.channel = channel;
    this.me = me;
    this.cursors = new Map(); // tab -> {arrow, timer}
    this.timer = null;
    this.point = null; // {x, y} as fractions of the stage; null: the pointer is outside
    const stage = by_id("stage");
    stage.addEventListener("pointermove", ({ clientX, clientY }) => {
      const box = stage.getBoundingClientRect();
      this.#moved({ x: (clientX - box.left) / box.width, y: (clientY - box.top) / box.height });
    });
    stage.addEventListener("pointerleave", () => this.#moved(null));
    channel.on("cursor", (payload) => this.#received(payload));
  }

  remove(id) {
    clearTimeout(this.cursors.get(id)?.timer);
    this.cursors.get(id)?.arrow.remove();
    this.cursors.delete(id);
  }

  clear() {
    [...this.cursors.keys()].forEach((id) => this.remove(id));
  }

  // Sends at most one event in send_ms, and always the last point.
  #moved(point) {
    this.point = point;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      push_now(this.channel, "cursor", { ...this.me, ...this.point, is_gone: this.point === null });
    }, send_ms);
  }

  #received(payload) {
    const { id, name, x, y, is_gone } = as_object(payload);
    if (id === this.me.id) return;
    const is_point = [x, y].every((part) => part >= 0 && part <= 1);
    if (is_gone || !is_point) return this.remove(id);
    const { arrow, timer } = this.cursors.get(id) ?? { arrow: this.#add_arrow() };
    if (!arrow) return;
    clearTimeout(timer);
    const label = as_text(name, "somebody");
    colored(arrow, label).lastElementChild.textContent = label;
    arrow.style.left = `${x * 100}%`;
    arrow.style.top = `${y * 100}%`;
    this.cursors.set(id, { arrow, timer: setTimeout(() => this.remove(id), forget_ms) });
  }

  #add_arrow() {
    if (this.cursors.size >= shown_max) return null;
    const arrow = element("div", "cursor");
    arrow.append(element("span", "arrow"), element("span", "tag"));
    by_id("cursors").append(arrow);
    return arrow;
  }
}
