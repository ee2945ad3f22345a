// A chat room through the official Phoenix client, unmodified.
import { Socket } from "./phoenix.mjs";

const shown_max = 500;
const topic = decodeURIComponent(location.hash.slice(1)) || "room:lobby";
const by_id = (id) => document.getElementById(id);
const list = by_id("messages");
let epoch_joined = null;
let has_been_open = false;
let own_id = 0;
const waiting_rows = new Map(); // id of an own message -> offset from its reply

// This tab, so that two tabs with one name know their own messages.
const tab = crypto.getRandomValues(new Uint32Array(2)).join("-");

function show_status(state, text = state) {
  const status = by_id("status");
  status.dataset.state = state;
  status.textContent = text;
}

function show_ack(state, text) {
  const ack = by_id("ack");
  ack.dataset.state = state;
  ack.textContent = text;
}

function element(name, kind, text) {
  const made = document.createElement(name);
  made.className = kind;
  made.textContent = text;
  return made;
}

function add_row(...parts) {
  const follows = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  const time = element("time", "", new Date().toLocaleTimeString());
  time.dateTime = new Date().toISOString();
  const row = document.createElement("li");
  row.append(time, ...parts);
  list.append(row);
  while (list.childElementCount > shown_max) list.firstElementChild.remove();
  if (follows) list.scrollTop = list.scrollHeight;
}

function hue_of(name) {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 360;
  return sum;
}

// Anybody may push anything into a room: show only what reads as text.
function show_message({ name, text, id }) {
  const sender = element("span", "sender", String(name ?? "somebody"));
  sender.style.setProperty("--hue", hue_of(sender.textContent));
  const offset = waiting_rows.get(id);
  waiting_rows.delete(id);
  add_row(
    sender,
    element("span", "said", String(text ?? "")),
    element("span", "offset", offset === undefined ? "" : `✓ ${offset}`),
  );
}

function show_joined({ epoch, offset }) {
  show_status("connected");
  if (epoch_joined !== null) {
    const same = epoch === epoch_joined;
    add_row(element("span", "note", `joined again ${same ? "" : "a new epoch "}at ${offset}`));
  }
  epoch_joined = epoch;
}

const socket = new Socket("/socket");
socket.onOpen(() => {
  has_been_open = true;
});
const show_lost = () => show_status(has_been_open ? "reconnecting" : "connecting");
socket.onClose(show_lost);
socket.onError(show_lost);

const channel = socket.channel(topic);
channel.on("msg", show_message);
channel.onError(show_lost);
channel
  .join()
  .receive("ok", show_joined)
  .receive("error", ({ reason }) => show_status("refused", `refused: ${reason}`))
  .receive("timeout", show_lost);
socket.connect();

function send(event) {
  event.preventDefault();
  const text = by_id("text").value.trim();
  const name = by_id("name").value.trim();
  if (!text || !name) return;
  const id = `${tab}-${++own_id}`;
  show_ack("waiting", "sending …");
  channel
    .push("msg", { name, text, id })
    .receive("ok", ({ epoch, offset }) => {
      waiting_rows.set(id, offset); // the reply comes before the own broadcast
      show_ack("sent", `sent: offset ${offset} of epoch ${epoch}`);
    })
    .receive("error", ({ reason }) => show_ack("failed", `not sent: ${reason}`))
    .receive("timeout", () => show_ack("failed", "no answer within 10 seconds"));
  by_id("text").value = "";
}

by_id("topic").textContent = topic;
by_id("second-tab").href = `/#${encodeURIComponent(topic)}`;
by_id("name").value = sessionStorage.getItem("name") ?? `guest-${(hue_of(tab) % 90) + 10}`;
by_id("name").addEventListener("change", () => {
  sessionStorage.setItem("name", by_id("name").value);
});
by_id("form").addEventListener("submit", send);
addEventListener("hashchange", () => location.reload());
