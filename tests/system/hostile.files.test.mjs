// SPDX-License-Identifier: Apache-2.0
// Few file descriptors: the public port leaves a reserve. With none left, accepting pauses without
// using CPU, and resumes.
import assert from "node:assert/strict";
import net from "node:net";
import { it } from "node:test";
import { Neighbour } from "./neighbour.mjs";
import { binary, Server, sleep, until } from "./server.mjs";

const start = (t, files_max, sets) =>
  Server.start({
    t,
    program: ["/bin/sh", "-c", `ulimit -n ${files_max}; exec "$0" "$@"`, binary],
    sets,
  });

/// Connections that send nothing: `received` is the text from the server, `ended` if it closed.
function open_silent(port, count) {
  return Array.from({ length: count }, () => {
    const socket = net.connect(port, "127.0.0.1");
    const one = { socket, received: "", ended: false };
    socket.on("data", (data) => (one.received += data));
    socket.on("error", () => {}).on("close", () => (one.ended = true));
    return one;
  });
}

it("limits half-open connections to free connection slots and half of the reserve", async (t) => {
  const server = await start(t, 300, { "limits.handshake_ms": 60_000 });
  const neighbour = await Neighbour.open(server);
  const refused = () => server.metric("roost_handshakes_refused_total", "node_full");
  const silent = open_silent(server.port, 500);
  const places = 225 - 1; // 150 connections and half of the reserve, less the neighbour
  const over = () => silent.filter(({ ended }) => ended);
  await until(() => over().length >= 500 - places - 16, "the end of the excess connections");
  const is_node_full = ({ received }) => /^HTTP\/1\.1 503 [^]*"node full"/.test(received);
  assert.ok(over().every(is_node_full), "no 503");
  assert.equal((await fetch(`${server.admin_url}/health`)).status, 200);
  const ready = await fetch(`${server.admin_url}/ready`);
  assert.deepEqual([ready.status, await ready.json()], [503, { status: "full" }]);
  await until(async () => (await refused()) === over().length, "the refusals in the metrics");
  assert.equal(await server.metric("roost_accepts_paused_total"), 0);
  await neighbour.assert_served();
  silent.forEach(({ socket }) => socket.destroy());
  const is_ready = async () => (await fetch(`${server.admin_url}/ready`)).status === 200;
  await until(is_ready, "free places");
  const other = await Neighbour.open(server, { topic: "room:other" });
  await other.assert_served();
  await other.close();
  await neighbour.close();
  await server.stop();
});

it("pauses accepting without using CPU while no file is left, and resumes", async (t) => {
  const files_max = 100;
  const server = await start(t, files_max, { "limits.handshake_ms": 30_000 });
  const neighbour = await Neighbour.open(server);
  const paused_before = await server.metric("roost_accepts_paused_total");
  const silent = open_silent(server.admin_port, 3 * files_max);
  await until(() => server.log.includes("accept_paused"), "accept_paused in the log");
  await neighbour.assert_served();
  neighbour.goes_on = false; // so that the measured CPU time is for accepting alone
  await neighbour.work;
  const before = server.cpu_ms();
  await sleep(2_000);
  const spent = server.cpu_ms() - before;
  assert.ok(spent < 400, `${spent} ms of CPU in 2 s of waiting`);
  silent.forEach(({ socket }) => socket.destroy());
  await until(async () => {
    const paused = await server.metric("roost_accepts_paused_total").catch(() => 0);
    return paused > paused_before;
  }, "paused accepts in the metrics of a server that accepts again");
  await until(() => server.log.includes("accept_resumed"), "accept_resumed in the log");
  const other = await Neighbour.open(server, { topic: "room:other" });
  await other.assert_served();
  await other.close();
  neighbour.raw.close();
  await server.stop();
});

it("warns at startup if connections_max exceeds the open files", async (t) => {
  const files_max = 120;
  const with_limit = (max) => start(t, files_max, { "node.connections_max": max });
  const server = await with_limit(5_000);
  const find = () => server.log_lines("open_files_too_few")[0];
  const warning = await until(find, () => server.output());
  assert.equal(warning["node.connections_max"], 5_000, server.log);
  assert.equal(warning.open_files_max, files_max);
  assert.match(warning.raise, /ulimit -n.*LimitNOFILE/);
  await server.stop();
  const modest = await with_limit(20);
  assert.doesNotMatch(modest.log, /open_files_too_few/);
  await modest.stop();
});
