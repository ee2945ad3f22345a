// SPDX-License-Identifier: Apache-2.0
// Functions that all parts of the page use.

export const by_id = (id) => document.getElementById(id);

export function element(name, kind, text = "") {
  const made = document.createElement(name);
  made.className = kind;
  made.textContent = text;
  return made;
}

/// A color for a name, the same in every tab.
export function hue_of(name) {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 360;
  return (sum * 137 + 200) % 360; // by the golden angle, so that similar names get different colors
}

export function colored(made, name) {
  made.style.setProperty("--hue", hue_of(name));
  return made;
}

export const count_of = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/// Clients may publish any JSON into a room: other values than objects become {}.
export const as_object = (payload) =>
  typeof payload === "object" && payload !== null ? payload : {};

/// A short text from a text or a number, otherwise `absent`.
export const as_text = (value, absent = "") =>
  typeof value === "string" || typeof value === "number" ? String(value).slice(0, 500) : absent;

/// Pushes only while the channel is joined: Phoenix would queue the push, and send a stale cursor.
export function push_now(channel, event, payload) {
  if (channel.state === "joined" && channel.socket.isConnected()) channel.push(event, payload);
}
