// SPDX-License-Identifier: Apache-2.0
// Decodes frames like phoenix's serializer, and the positions that Roost adds with positions=true.

const trackers = new WeakMap(); // socket -> Map of topic -> tracker
const positions = new WeakMap(); // payload of an event -> its position
const text = new TextDecoder();

/// The position {epoch, offset, time} of the event with this payload, as passed to a handler.
/// Undefined if the event has none, and for primitive payloads, which have no identity.
export function positionOf(payload) {
  return isObject(payload) ? positions.get(payload) : undefined;
}

/// Wraps phoenix's Socket class, or the options of one Socket, so that sockets request positions
/// and decode them. Other options are kept.
export function withPositions(given = {}) {
  if (typeof given === "function") {
    return class extends given {
      constructor(url, options) {
        super(url, withPositions(options));
      }
    };
  }
  if (given.decode && given.decode !== decode) {
    throw new TypeError("withPositions: a custom `decode` does not read positions");
  }
  const params = () => {
    const own = typeof given.params === "function" ? given.params() : given.params;
    return { ...own, positions: true };
  };
  return { ...given, params, decode };
}

export const readsPositions = (socket) => socket.decode === decode;

/// Registers the tracker of a topic. If its received(position) reports a duplicate, no handler gets
/// the event.
export function track(socket, topic, tracker) {
  if (!trackers.has(socket)) trackers.set(socket, new Map());
  trackers.get(socket).set(topic, tracker);
}

export function untrack(socket, topic, tracker) {
  const topics = trackers.get(socket);
  if (topics?.get(topic) === tracker) topics.delete(topic);
}

/// The option `decode` of a Socket. Phoenix calls it as a method of the socket.
export function decode(raw, callback) {
  const message = typeof raw === "string" ? readText(raw) : readBinary(raw);
  if (!message) return undefined;
  const tracker = trackers.get(this)?.get(message.topic);
  if (message.position) {
    if (isObject(message.payload)) positions.set(message.payload, message.position);
    if (tracker && !tracker.received(message.position)) return tracker.settle();
  } else if (tracker && isJoinReply(message)) {
    tracker.joinAnswered(message.payload);
  }
  try {
    callback(message);
  } finally {
    tracker?.settle(); // also after a handler that throws
  }
  return undefined;
}

// Only a join has a ref that equals its join_ref.
function isJoinReply({ event, ref, join_ref }) {
  return event === "phx_reply" && ref !== null && ref === join_ref;
}

function readText(raw) {
  const [join_ref, ref, topic, event, payload, position] = JSON.parse(raw);
  const message = { join_ref, ref, topic, event, payload };
  return isPosition(position) ? { ...message, position } : message;
}

const isObject = (value) => typeof value === "object" && value !== null;

export function isPosition(value) {
  return isObject(value) && typeof value.epoch === "string" && Number.isSafeInteger(value.offset);
}

// Kind of a binary frame -> the fields whose lengths follow it. Unknown kinds are ignored.
const kinds = {
  0: ["join_ref", "topic", "event"],
  1: ["join_ref", "ref", "topic", "status"],
  2: ["topic", "event"],
  5: ["topic", "event", "position"],
};

function readBinary(raw) {
  const bytes = new Uint8Array(raw);
  const names = kinds[bytes[0]];
  if (!names) return undefined;
  const found = { join_ref: null, ref: null };
  let at = 1 + names.length;
  names.forEach((name, index) => {
    const end = at + bytes[1 + index];
    found[name] = text.decode(bytes.subarray(at, end));
    at = end;
  });
  const payload = raw.slice(at);
  const { status, position, ...message } = found;
  if (status !== undefined) {
    return { ...message, event: "phx_reply", payload: { status, response: payload } };
  }
  if (position === undefined) return { ...message, payload };
  return { ...message, payload, position: JSON.parse(position) };
}
