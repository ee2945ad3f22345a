// SPDX-License-Identifier: Apache-2.0
// Requests to the server API.
import assert from "node:assert/strict";
import { request } from "node:http";

/// {status, body, response}; a JSON body is parsed. `options`: those of fetch, and `key`.
export async function call(server, path, { key, headers = {}, ...options } = {}) {
  const response = await fetch(`${server.admin_url}${path}`, {
    ...options,
    headers: { ...(key && { authorization: `Bearer ${key}` }), connection: "close", ...headers },
  });
  const text = await response.text();
  const is_json = (response.headers.get("content-type") ?? "").startsWith("application/json");
  return { status: response.status, body: is_json ? JSON.parse(text) : text, response };
}

export function post(server, path, body, { headers = {}, ...options } = {}) {
  return call(server, path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...options,
  });
}

/// A request with any headers, for Host and Origin, which fetch() does not let a program set:
/// {status, text}.
export function http_request(port, path, { host = "127.0.0.1", body, ...options } = {}) {
  return new Promise((done, fail) => {
    const sent = request({ host, port, path, agent: false, ...options }, (response) => {
      let text = "";
      response.on("data", (data) => (text += data));
      response.on("end", () => done({ status: response.statusCode, text }));
    });
    sent.on("error", fail);
    sent.end(body);
  });
}

/// The body of a response that must be 200.
export async function ok(request) {
  const { status, body } = await request;
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

/// The response must be this error.
export async function refused(request, status, reason) {
  const got = await request;
  assert.equal(got.status, status, JSON.stringify(got.body));
  assert.equal(got.body.reason, reason, JSON.stringify(got.body));
  assert.deepEqual(Object.keys(got.body), ["reason", "code", "message"]);
  return got;
}

export const publish = (server, topic, event, payload, options) =>
  post(server, "/api/publish", { topic, event, payload }, options);
