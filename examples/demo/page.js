// Small pieces that every part of the page builds with.

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
  return (sum * 137 + 200) % 360; // by the golden angle: names that are alike differ in color
}

export function colored(made, name) {
  made.style.setProperty("--hue", hue_of(name));
  return made;
}

export const count_of = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

/// Anybody may publish any JSON into a room: what is no object has no fields.
export const as_object = (payload) =>
  typeof payload === "object" && payload !== null ? payload : {};

/// Only what reads as a short text is one.
export const as_text = (value, absent = "") =>
  typeof value === "string" || typeof value === "number" ? String(value).slice(0, 500) : absent;

/// Phoenix keeps pushes until the channel is back, which nobody wants of a cursor.
export function push_now(channel, event, payload) {
  if (channel.state === "joined" && channel.socket.isConnected()) channel.push(event, payload);
}
