// SPDX-License-Identifier: Apache-2.0
// One room with the official Phoenix client and the add-on in clients/js. Connects the parts of the
// page, each of which is a module.
import { Presence, Socket } from "./phoenix.mjs";
import { connect, resumable } from "./roost-phoenix.js";
import { Chat } from "./chat.js";
import { Cursors } from "./cursors.js";
import { Network } from "./network.js";
import { People } from "./people.js";
import { Typing } from "./typing.js";
import { Token } from "./token.js";
import { by_id, count_of, hue_of } from "./page.js";

const history_events_max = 50;
const room_name = decodeURIComponent(location.hash.slice(1)).replace(/^demo:/, "") || "lobby";
const topic = `demo:${room_name}`;

// The id of this tab, because two tabs may have the same name.
const tab = crypto.getRandomValues(new Uint32Array(2)).join("-");
const me = { id: tab, name: sessionStorage.getItem("name") ?? `guest-${(hue_of(tab) % 90) + 10}` };

function show_status(state, text = state) {
  document.body.dataset.state = state;
  by_id("status").dataset.state = state;
  by_id("status").textContent = text;
}

const token = new Token();
let has_been_open = false;
const network = new Network();
const socket = connect(Socket, "/socket", { transport: network.transport });
network.watch(socket);

const channel = resumable(socket, topic, () => ({ meta: me, ...token.join_params() }), {
  history: history_events_max,
  onRecovered: (missed) => {
    const count = missed === 0 ? "no message missed" : `${count_of(missed, "message")} missed`;
    chat.note(`caught up: ${count}, none lost`);
  },
  onLost: ({ epoch, offset }, before) => chat.note(lost(epoch !== before.epoch, offset, before)),
});

// A lower offset in another epoch means that the room was created again.
function lost(is_other_epoch, offset, before) {
  return is_other_epoch && offset <= before.offset
    ? "The server has restarted and kept no history: earlier messages are lost"
    : "The room no longer has all missed messages: some are lost";
}

const chat = new Chat(channel, me);
const cursors = new Cursors(channel, me);
const typing = new Typing(channel, me);
const people = new People(channel, new Presence(channel), me);
people.on_leave((id) => {
  cursors.remove(id);
  typing.stop(id);
});
chat.on_message((id) => typing.stop(id));

const show_lost = () => {
  if (token.is_asking) return;
  const waiting = has_been_open ? "reconnecting" : "connecting";
  show_status(network.is_cut ? "cut" : waiting, network.is_cut ? "network cut" : waiting);
  cursors.clear();
  typing.clear();
};
socket.onOpen(() => {
  has_been_open = true;
});
socket.onClose(show_lost);
socket.onError(show_lost);
network.on_change((is_cut) => {
  if (is_cut) chat.note("network cut: this page receives nothing until it is restored");
  show_lost();
});

let is_first_join = true;
channel.onError(show_lost);
channel
  .join()
  .receive("ok", ({ missed = 0 }) => {
    show_status("connected");
    const has_history = is_first_join && missed > 0;
    if (has_history) chat.note(`${count_of(missed, "message")} from before you joined`);
    is_first_join = false;
  })
  .receive("error", ({ reason }) => {
    if (token.ask_after(reason)) socket.disconnect(); // a retry would fail too
    show_status("refused", `refused: ${reason}`);
  })
  .receive("timeout", show_lost);

by_id("topic").textContent = topic;
// Not on a phone, where the keyboard would cover the page.
if (matchMedia("(min-width: 46rem)").matches) by_id("text").focus();
by_id("second-tab").href = `/#${encodeURIComponent(topic)}`;
by_id("name").value = me.name;
by_id("name").addEventListener("change", () => {
  const name = by_id("name").value.trim();
  if (!name || name === me.name) return;
  me.name = name;
  sessionStorage.setItem("name", name);
  people.update();
});
addEventListener("hashchange", () => location.reload());
