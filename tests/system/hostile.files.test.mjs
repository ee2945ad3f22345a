// No file descriptor left: accept pauses and comes back, nothing spins, nothing crashes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import net from "node:net";
import { it } from "node:test";
import { Neighbour } from "./neighbour.mjs";
import { binary, Server, until } from "./server.mjs";

const files_max = 100;

/// Processor time of the server so far, in ms.
function cpu_ms(server) {
  const fields = readFileSync(`/proc/${server.pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10; // ticks of 10 ms
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

it("accept pauses while no file is left, spends no time on it, and comes back", async (t) => {
  const server = await Server.start({
    t,
    program: ["/bin/sh", "-c", `ulimit -n ${files_max}; exec "$0" "$@"`, binary],
    sets: { "limits.handshake_ms": 4_000 },
  });
  const neighbour = await Neighbour.open(server);
  const paused_before = await server.metric("roost_accepts_paused_total");
  const silent = Array.from({ length: 3 * files_max }, () => {
    const socket = net.connect(server.port, "127.0.0.1");
    socket.on("error", () => {});
    return socket;
  });
  await pause(500);
  await neighbour.assert_served();
  neighbour.goes_on = false; // so that what is measured is the server alone
  await neighbour.work;
  const before = cpu_ms(server);
  await pause(2_000);
  const spent = cpu_ms(server) - before;
  assert.ok(spent < 400, `${spent} ms of processor time in 2 s of waiting`);
  silent.forEach((socket) => socket.destroy());
  await until(async () => {
    const paused = await server.metric("roost_accepts_paused_total").catch(() => 0);
    return paused > paused_before;
  }, "accepts that paused, told by a server that accepts again");
  const other = await Neighbour.open(server);
  await other.assert_served();
  await other.close();
  neighbour.raw.close();
  await server.stop();
});

it("warns at its start where so many connections as it may have are more than files", async (t) => {
  const under = (connections_max) =>
    Server.start({
      t,
      program: ["/bin/sh", "-c", `ulimit -n ${files_max}; exec "$0" "$@"`, binary],
      sets: { "node.connections_max": connections_max },
    });
  const server = await under(5_000);
  const line = server.log.split("\n").find((each) => each.includes("open_files_too_few"));
  const said = JSON.parse(line ?? "{}");
  assert.equal(said["node.connections_max"], 5_000, server.log);
  assert.equal(said.open_files_max, files_max);
  assert.match(said.raise, /ulimit -n.*LimitNOFILE/);
  await server.stop();
  const modest = await under(20);
  assert.doesNotMatch(modest.log, /open_files_too_few/);
  await modest.stop();
});
