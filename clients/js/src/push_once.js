// Pushes that are sent until the server has answered them, and applied once.
import { jittered } from "./reconnect.js";

// Refusals that mean "not now"; every other error is final.
const passing = new Set(["unavailable", "unknown outcome", "rate limited", "draining"]);
// For so long the server surely knows a value again: what comes later could count twice.
const windowMs = 120_000;

/// Why a push was given up: `reason` as on the wire, "timeout", "disconnected" or "closed";
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

/// Pushes once, whatever happens to the connection, and gives what the server answered: the
/// event's {epoch, offset}. The room's rule must name `field` as its idempotency_field, else a
/// repeated push counts twice. `retries`: how many after the first; `timeout`: of each, in ms.
export async function pushOnce(channel, event, payload = {}, options = {}) {
  const { field = "id", timeout, retries = Infinity, firstMs = 200, maxMs = 10_000 } = options;
  const pause = jittered({ firstMs, maxMs });
  if (typeof payload !== "object" || payload === null || payload instanceof ArrayBuffer) {
    throw new TypeError("pushOnce: only an object has room for its id");
  }
  const marked = { ...payload, [field]: payload[field] ?? randomId() };
  const attemptMs = timeout ?? channel.timeout ?? 10_000;
  let unsureSince = null; // when the first attempt went out whose outcome nobody knows
  for (let tries = 1; ; tries += 1) {
    const started = Date.now();
    const end = await attempt(channel, event, marked, attemptMs);
    if (end.status === "ok") return end.response;
    if (end.isUnsure) unsureSince ??= started;
    const isUnsure = unsureSince !== null;
    const isLate = isUnsure && Date.now() + attemptMs > unsureSince + windowMs;
    const isOver = !end.isPassing || tries > retries || isLate;
    if (isOver) throw new PushError(event, { ...end, isUnsure });
    // A push on a channel that is away waits by itself for the next join.
    if (end.reason !== "disconnected") await sleep(pause(tries));
  }
}

function attempt(channel, event, payload, timeout) {
  return new Promise((done) => {
    const push = channel.push(event, payload, timeout);
    const cutRef = channel.on("phx_error", () => {
      if (wasSent(push)) finish(unanswered("disconnected"));
    });
    const closeRef = channel.on("phx_close", () => {
      finish({ ...unanswered("closed"), isPassing: false });
    });
    const unanswered = (reason) => ({ reason, isPassing: true, isUnsure: wasSent(push) });
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
  return { reason, response, isPassing: passing.has(reason), isUnsure };
}

// Phoenix keeps a push back while the channel is away; it says so only in this field.
const wasSent = (push) => push.sent !== false;

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function randomId() {
  const bytes = new Uint8Array(16);
  // Node 18 has it only behind a flag; there an id need not be hard to guess, only unlike others.
  if (globalThis.crypto?.getRandomValues) crypto.getRandomValues(bytes);
  else bytes.forEach((_, index) => (bytes[index] = Math.random() * 256));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
