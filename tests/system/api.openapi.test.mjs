// SPDX-License-Identifier: Apache-2.0
// Compares docs/openapi.json with the running server: requests every route and status in it, and
// validates every response by its schema.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import Ajv from "ajv/dist/2020.js";
import { call, post } from "./api_calls.mjs";
import { Member } from "./member.mjs";
import { Server } from "./server.mjs";
import { secret as hs256_secret, token_of } from "./tokens.mjs";

const spec = JSON.parse(readFileSync(new URL("../../docs/openapi.json", import.meta.url), "utf8"));
const api_key = "0123456789abcdef-key";
const posts = { event: "msg", payload: { n: 1 } };
const large = { event: "msg", payload: { x: "x".repeat(2_000) } };
const many = { topic: "room:1", topics: ["room:1", "none:1", "room:2"] };

const cross_site = { headers: { origin: "http://evil.test" } };

/// For every route, a request that causes each status.
const scenarios = {
  "POST /api/publish": {
    200: { body: { topic: "room:1", ...posts } },
    400: { body: {} },
    404: { body: { topic: "none:1", ...posts } },
    413: { body: { topic: "room:1", ...large } },
  },
  "POST /api/broadcast": {
    200: { body: { topics: many.topics, ...posts } },
    400: { body: { topics: [], ...posts } },
    413: { body: { topics: many.topics, ...large } },
  },
  "GET /api/rooms": { 200: { query: "?match=room:*&limit=1" }, 400: { query: "?limit=0" } },
  "GET /api/room": {
    200: { query: "?topic=room:1" },
    400: {},
    404: { query: "?topic=room:none" },
  },
  "GET /api/presence": {
    200: { query: "?topic=room:1" },
    400: {},
    404: { query: "?topic=room:none" },
    413: { query: "?topic=crowd:1" },
  },
  "GET /api/history": {
    200: { query: "?topic=room:1&since=e:1&limit=1" },
    400: {},
    404: { query: "?topic=room:none" },
  },
  "GET /api/user": { 200: { query: "?user=ann" }, 400: {} },
  "POST /api/disconnect": { 200: { body: { user: "nobody" } }, 400: { body: {} } },
  "POST /api/revoke": { 200: { body: { token_id: "t" } }, 400: { body: {} } },
  "GET /health": { 200: {} },
  "GET /ready": { 200: {}, 503: { server: "full" } },
  "GET /metrics": { 200: {}, 403: cross_site },
  "GET /stats": { 200: {}, 403: cross_site },
};

/// The statuses of all routes: without a key, from another site, with a wrong method.
const refusals = {
  401: { server: "locked" },
  403: { headers: { "x-forwarded-for": "203.0.113.9" } },
  405: { method: "DELETE" },
};

function operations() {
  return Object.entries(spec.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, definition]) => ({ path, method, definition })),
  );
}

const pointer = (...parts) =>
  `#/${parts.map((part) => part.replaceAll("~", "~0").replaceAll("/", "~1")).join("/")}`;

function resolved(node) {
  if (!node.$ref) return node;
  return node.$ref.slice(2).split("/").reduce((at, key) => at[key], spec);
}

// eslint-disable-next-line max-lines-per-function -- a suite
describe("openapi.json", () => {
  const servers = {};
  const members = [];
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addSchema(spec, "openapi.json");

  before(async () => {
    const rooms = [
      { match: "room:*", allow: { join: "any" } },
      { match: "crowd:*", presence: { full_max: 1 }, allow: { join: "any" } },
    ];
    const config = { auth: { hs256_secret }, limits: { payload_bytes_max: 1_000 }, rooms };
    const with_key = { ...config, admin: { api_key } };
    const small = { ...config, node: { connections_max: 1 } };
    servers.open = await Server.start({ config });
    servers.locked = await Server.start({ config: with_key });
    servers.full = await Server.start({ config: small });
    members.push(await Member.open(servers.full));
    for (let n = 0; n < 2; n += 1) members.push(await Member.join(servers.open, "crowd:1"));
    const ann = await Member.open(servers.open);
    await ann.join("room:1", { token: token_of("ann"), meta: { n: 1 } });
    members.push(ann);
  });
  after(async () => {
    members.forEach((each) => each.close());
    for (const each of Object.values(servers)) await each.stop();
  });

  function ask(method, path, scenario) {
    const server = servers[scenario.server ?? "open"];
    const headers = scenario.headers ?? {};
    const is_post = method === "post" && !scenario.method;
    if (is_post) return post(server, path, scenario.body, { headers });
    return call(server, `${path}${scenario.query ?? ""}`, {
      method: scenario.method ?? "GET",
      headers,
    });
  }

  function check(operation, status, got) {
    const { path, method, definition } = operation;
    const parts = ["paths", path, method, "responses", status];
    const { content } = resolved(definition.responses[status]);
    const [type] = Object.keys(content);
    assert.ok(got.response.headers.get("content-type").startsWith(type), type);
    const ref = definition.responses[status].$ref;
    const at = ref ? `${ref}/content/${type.replace("/", "~1")}/schema`
      : pointer(...parts, "content", type, "schema");
    const is_valid = ajv.compile({ $ref: `openapi.json${at}` });
    const text = JSON.stringify(got.body).slice(0, 500);
    assert.ok(is_valid(got.body), `${ajv.errorsText(is_valid.errors)}: ${text}`);
  }

  for (const operation of operations()) {
    const { path, method, definition } = operation;
    const name = `${method.toUpperCase()} ${path}`;
    for (const status of Object.keys(definition.responses)) {
      if (status === "default") continue; // no request can cause it at will
      it(`describes ${name}: ${status}`, async () => {
        const scenario = scenarios[name]?.[status] ?? refusals[status];
        assert.ok(scenario, "no scenario requests it");
        const base = refusals[status] ? scenarios[name][200] : {};
        const got = await ask(method, path, { ...base, ...scenario });
        assert.equal(got.status, Number(status), JSON.stringify(got.body));
        check(operation, status, got);
      });
    }
  }

  it("lists every status of the scenarios, which cover every operation", () => {
    for (const [name, statuses] of Object.entries(scenarios)) {
      const [method, path] = name.split(" ");
      const { responses } = spec.paths[path][method.toLowerCase()];
      for (const status of Object.keys(statuses)) assert.ok(responses[status], `${name} ${status}`);
    }
    assert.equal(Object.keys(scenarios).length, operations().length);
  });

  it("describes the bodies and parameters that the server accepts", async () => {
    for (const { path, method, definition } of operations()) {
      const schema = definition.requestBody?.content["application/json"].schema;
      if (!schema) continue;
      const is_valid = ajv.compile({
        $ref: `openapi.json${pointer("paths", path, method, "requestBody", "content",
          "application/json", "schema")}`,
      });
      const { 200: good, 400: bad } = scenarios[`POST ${path}`];
      assert.ok(is_valid(good.body), path);
      assert.ok(!is_valid(bad.body), path);
      assert.equal((await post(servers.open, path, { ...good.body, more: 1 })).status, 400, path);
      for (const key of schema.required ?? []) {
        const { [key]: _, ...less } = good.body;
        assert.equal((await post(servers.open, path, less)).status, 400, `${path} without ${key}`);
      }
    }
    for (const { path, definition } of operations()) {
      for (const { name, in: location, required } of (definition.parameters ?? []).map(resolved)) {
        if (location !== "query") continue;
        const given = new URLSearchParams(scenarios[`GET ${path}`][200].query);
        given.delete(name);
        const { status } = await call(servers.open, `${path}?${given}`);
        assert.equal(status, required ? 400 : 200, `${path} without ${name}`);
      }
    }
  });

  it("has no dangling reference and no duplicate operation id", () => {
    const refs = [...JSON.stringify(spec).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref);
    for (const ref of refs) assert.ok(resolved({ $ref: ref }), ref);
    const ids = operations().map(({ definition }) => definition.operationId);
    assert.equal(new Set(ids).size, ids.length);
  });
});
