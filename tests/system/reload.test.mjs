// SPDX-License-Identifier: Apache-2.0
// SIGHUP: new settings for a running server.
import assert from "node:assert/strict";
import { it } from "node:test";
import { Raw, error_reply } from "./raw.mjs";
import { Server, until } from "./server.mjs";

const quiet = { match: "*", presence: { mode: "off" } };
const start = (config, t) => Server.start({ config: { rooms: [quiet], ...config }, t });

const reload = (server, config, result) =>
  server.reload(typeof config === "string" ? config : { rooms: [quiet], ...config }, result);

it("applies new limits and rules to connected clients, and logs the changes", async (t) => {
  const server = await start({}, t);
  const raw = await Raw.open(server);
  await raw.join("room:1");
  const rooms = [{ ...quiet, echo: false }];
  await reload(server, { limits: { channels_max: 1 }, rooms }, "changed");
  const refused = await raw.exchange(["2", "2", "room:2", "phx_join", {}]);
  assert.deepEqual(refused, error_reply("2", "2", "room:2", "too many channels joined", 104));
  await raw.exchange(["1", "3", "room:1", "msg", {}]);
  await raw.assert_alive(); // there was no broadcast before it
  await server.stop(); // so that the log is complete
  assert.match(server.log, /limits\.channels_max: 100 -> 1/);
  assert.match(server.log, /rooms\[0\]\.echo: true -> false/);
});

it("changes nothing if one setting is invalid, and names it", async (t) => {
  const server = await start({}, t);
  await reload(server, { limits: { channels_max: 1, idle_ms: -5 } }, "refused");
  await until(() => /limits\.idle_ms/.test(server.log), () => server.log);
  await reload(server, "{ not json", "refused");
  const raw = await Raw.open(server);
  await raw.join("room:1");
  await raw.join("room:2", "2");
  raw.close();
  await server.stop();
});

it("keeps a setting that needs a restart, and logs it", async (t) => {
  const server = await start({ node: { name: "a" } }, t);
  await reload(server, { node: { name: "b" }, limits: { idle_ms: 1_000 } }, "changed");
  await until(() => /node\.name.*restart/.test(server.log), () => server.log);
  const raw = await Raw.open(server);
  await raw.assert_closed(1001); // the new idle_ms
  await server.stop();
});

it("changes the level of the log", async (t) => {
  const server = await start({ log: { level: "error" } }, t);
  await reload(server, { log: { level: "info" } }, "changed");
  await until(() => /"event":"reloaded"/.test(server.log), () => server.log);
  assert.doesNotMatch(server.log, /"event":"ready"/);
  await server.stop();
});

it("reports that no setting has changed", async (t) => {
  const server = await start({}, t);
  await reload(server, {}, "unchanged");
  await server.stop();
});
