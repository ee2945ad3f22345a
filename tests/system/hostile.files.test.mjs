// Few file descriptors: the public port leaves those of the reserve; where none is left accept
// pauses and comes back, nothing spins, nothing crashes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import net from "node:net";
import { it } from "node:test";
import { Neighbour } from "./neighbour.mjs";
import { binary, Server, until } from "./server.mjs";

/// Processor time of the server so far, in ms.
function cpu_ms(server) {
  const fields = readFileSync(`/proc/${server.pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10; // ticks of 10 ms
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const start = (t, files_max, sets) =>
  Server.start({
    t,
    program: ["/bin/sh", "-c", `ulimit -n ${files_max}; exec "$0" "$@"`, binary],
    sets,
  });

/// Connections that say nothing; `got` is what each was told, `ended` whether it was closed.
function silence(port, count) {
  return Array.from({ length: count }, () => {
    const socket = net.connect(port, "127.0.0.1");
    const one = { socket, got: "", ended: false };
    socket.on("data", (data) => (one.got += data));
    socket.on("error", () => {}).on("close", () => (one.ended = true));
    return one;
  });
}

it("half-open connections get the files of connections, and no file of the reserve", async (t) => {
  const server = await start(t, 300, { "limits.handshake_ms": 60_000 });
  const neighbour = await Neighbour.open(server);
  const refused = () => server.metric("roost_handshakes_refused_total", "node_full");
  const silent = silence(server.port, 500);
  const places = 225 - 1; // 150 connections and half of the reserve; one has the neighbour
  const over = () => silent.filter(({ ended }) => ended);
  await until(() => over().length >= 500 - places - 16, "the end of those that are too many");
  assert.ok(over().every(({ got }) => /^HTTP\/1\.1 503 [^]*"node full"/.test(got)), "told why");
  assert.equal((await fetch(`${server.admin_url}/health`)).status, 200);
  const ready = await fetch(`${server.admin_url}/ready`);
  assert.deepEqual([ready.status, await ready.json()], [503, { status: "full" }]);
  await until(async () => (await refused()) === over().length, "as many in the metrics");
  assert.equal(await server.metric("roost_accepts_paused_total"), 0);
  await neighbour.assert_served();
  silent.forEach(({ socket }) => socket.destroy());
  const is_ready = async () => (await fetch(`${server.admin_url}/ready`)).status === 200;
  await until(is_ready, "room again");
  const other = await Neighbour.open(server, { topic: "room:other" });
  await other.assert_served();
  await other.close();
  await neighbour.close();
  await server.stop();
});

it("accept pauses while no file is left, spends no time on it, and comes back", async (t) => {
  const files_max = 100;
  const server = await start(t, files_max, { "limits.handshake_ms": 30_000 });
  const neighbour = await Neighbour.open(server);
  const paused_before = await server.metric("roost_accepts_paused_total");
  const silent = silence(server.admin_port, 3 * files_max);
  await until(() => server.log.includes("accept_paused"), "a line of the log that accept pauses");
  await neighbour.assert_served();
  neighbour.goes_on = false; // so that what is measured is the server alone
  await neighbour.work;
  const before = cpu_ms(server);
  await pause(2_000);
  const spent = cpu_ms(server) - before;
  assert.ok(spent < 400, `${spent} ms of processor time in 2 s of waiting`);
  silent.forEach(({ socket }) => socket.destroy());
  await until(async () => {
    const paused = await server.metric("roost_accepts_paused_total").catch(() => 0);
    return paused > paused_before;
  }, "accepts that paused, told by a server that accepts again");
  await until(() => server.log.includes("accept_resumed"), "a line that it goes on");
  const other = await Neighbour.open(server, { topic: "room:other" });
  await other.assert_served();
  await other.close();
  neighbour.raw.close();
  await server.stop();
});

it("warns at its start where so many connections as it may have are more than files", async (t) => {
  const files_max = 120;
  const under = (most) => start(t, files_max, { "node.connections_max": most });
  const server = await under(5_000);
  const find = () => server.log.split("\n").find((each) => /open_files_too_few.*}$/.test(each));
  const said = JSON.parse(await until(find, () => server.told()));
  assert.equal(said["node.connections_max"], 5_000, server.log);
  assert.equal(said.open_files_max, files_max);
  assert.match(said.raise, /ulimit -n.*LimitNOFILE/);
  await server.stop();
  const modest = await under(20);
  assert.doesNotMatch(modest.log, /open_files_too_few/);
  await modest.stop();
});
