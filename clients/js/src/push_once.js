// SPDX-License-Identifier: Apache-2.0
// Pushes that are retried until the server answers, and applied once.
import { jittered } from "./reconnect.js";

// Errors after which a push is retried; all other errors are final.
const retryable = new Set(["unavailable", "unknown outcome", "rate limited", "draining"]);
// The server recognizes a value for at least this time; a later retry could be applied twice.
const windowMs = 120_000;

/// A push that failed. `reason`: that of the server, or "timeout", "disconnected" or "closed";
/// `code` and `response` if the server answered; `isUnsure`: the event may be in the room.
export class PushError extends Error {
  constructor(event, { reason, response = {}, isUnsure = false }) {
    super(`push "${event}": ${reason}`);
    this.name = "PushError";
    this.reason = reason;
    this.code = response.code;
    this.response = response;
    this.isUnsure = isUnsure;
  }
}

/// Pushes with retries over reconnects, and resolves to the event's {epoch, offset}. The room's
/// rule must have `field` as its idempotency_field, or a retry is applied twice. `retries`:
/// attempts after the first; `timeout` of each attempt, in ms.
export async function pushOnce(channel, event, payload = {}, options = {}) {
  const { field = "id", timeout, retries = Infinity, firstMs = 200, maxMs = 10_000 } = options;
  const pause = jittered({ firstMs, maxMs });
  const marked = withId(payload, field);
  const attemptMs = timeout ?? channel.timeout ?? 10_000;
  let unsureSince = null; // the time of the first attempt with an unknown outcome
  for (let tries = 1; ; tries += 1) {
    const started = Date.now();
    const end = await attempt(channel, event, marked, attemptMs);
    if (end.status === "ok") return end.response;
    if (end.isUnsure) unsureSince ??= started;
    const isUnsure = unsureSince !== null;
    const isLate = isUnsure && Date.now() + attemptMs > unsureSince + windowMs;
    const isOver = !end.isRetryable || tries > retries || isLate;
    if (isOver) throw new PushError(event, { ...end, isUnsure });
    // Phoenix itself queues a push on a disconnected channel until the next join.
    if (end.reason !== "disconnected") await sleep(pause(tries));
  }
}

function withId(payload, field) {
  if (typeof payload !== "object" || payload === null || payload instanceof ArrayBuffer) {
    throw new TypeError("pushOnce: the payload must be an object, to hold its id");
  }
  return { ...payload, [field]: payload[field] ?? randomId() };
}

function attempt(channel, event, payload, timeout) {
  return new Promise((done) => {
    const push = channel.push(event, payload, timeout);
    const cutRef = channel.on("phx_error", () => {
      if (wasSent(push)) finish(unanswered("disconnected"));
    });
    const closeRef = channel.on("phx_close", () => {
      finish({ ...unanswered("closed"), isRetryable: false });
    });
    const unanswered = (reason) => ({ reason, isRetryable: true, isUnsure: wasSent(push) });
    function finish(end) {
      channel.off("phx_error", cutRef);
      channel.off("phx_close", closeRef);
      done(end);
    }
    push
      .receive("ok", (response) => finish({ status: "ok", response }))
      .receive("error", (response) => finish(refused(response)))
      .receive("timeout", () => finish(unanswered("timeout")));
  });
}

function refused(response) {
  const reason = response?.reason ?? "error";
  const isUnsure = reason === "unknown outcome";
  return { reason, response, isRetryable: retryable.has(reason), isUnsure };
}

// False while phoenix queues the push because the channel is disconnected.
const wasSent = (push) => push.sent !== false;

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function randomId() {
  const bytes = new Uint8Array(16);
  // Node 18 has `crypto` only behind a flag. There the id is unique, but can be guessed.
  if (globalThis.crypto?.getRandomValues) crypto.getRandomValues(bytes);
  else bytes.forEach((_, index) => (bytes[index] = Math.random() * 256));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
