// How tests talk to the server API, and tokens for users.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";

export const hs256_secret = "a secret of tests that is long enough";

/// {status, body}: the body is parsed where it is JSON. `how`: fetch's options, and `key`.
export async function call(server, path, { key, headers = {}, ...how } = {}) {
  const answer = await fetch(`${server.admin_url}${path}`, {
    ...how,
    headers: { ...(key && { authorization: `Bearer ${key}` }), connection: "close", ...headers },
  });
  const text = await answer.text();
  const is_json = (answer.headers.get("content-type") ?? "").startsWith("application/json");
  return { status: answer.status, body: is_json ? JSON.parse(text) : text, answer };
}

export function post(server, path, body, { headers = {}, ...how } = {}) {
  return call(server, path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...how,
  });
}

/// The body of an answer that must be 200.
export async function ok(asked) {
  const { status, body } = await asked;
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

/// The answer must be this error.
export async function refused(asked, status, reason) {
  const got = await asked;
  assert.equal(got.status, status, JSON.stringify(got.body));
  assert.equal(got.body.reason, reason, JSON.stringify(got.body));
  assert.deepEqual(Object.keys(got.body), ["reason", "code", "message"]);
  return got;
}

export const publish = (server, topic, event, payload, how) =>
  post(server, "/api/publish", { topic, event, payload }, how);

const part = (what) => Buffer.from(JSON.stringify(what)).toString("base64url");

/// A token of a user, valid for an hour.
export function token_of(sub, claims = {}, secret = hs256_secret) {
  const now = Math.floor(Date.now() / 1000);
  const all = { sub, iat: now, exp: now + 3_600, ...claims };
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(all)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}
