// SPDX-License-Identifier: Apache-2.0
// Start and exit of the process.
import assert from "node:assert/strict";
import { it } from "node:test";
import { Raw } from "./raw.mjs";
import { run_binary, Server, until } from "./server.mjs";

for (const signal of ["SIGTERM", "SIGINT"]) {
  it(`closes every connection with 1012 on ${signal} and exits 0`, async (t) => {
    const server = await Server.start({ t });
    const joined = await Raw.open(server);
    await joined.join("room:1");
    const idle = await Raw.open(server, { vsn: "1.0.0" });
    await server.stop(signal);
    await joined.assert_closed(1012);
    await idle.assert_closed(1012);
  });
}

it("delivers every push that it has answered before it exits", async (t) => {
  const server = await Server.start({ t });
  const [sender, member] = [await Raw.open(server), await Raw.open(server)];
  await sender.join("room:1");
  await member.join("room:1");
  for (let n = 0; n < 100; n += 1) sender.send(["1", `${n}`, "room:1", "msg", { n }]);
  while ((await sender.next())[1] !== "99");
  await server.stop();
  await member.closed;
  const got = member.frames.map((frame) => JSON.parse(frame)).filter(([, , , e]) => e === "msg");
  assert.deepEqual(got.map(([, , , , { n }]) => n), [...Array(100).keys()]);
});

async function run(args) {
  const { code, out, err } = await run_binary(args);
  return { code, output: out + err };
}

it("exits 3 if another server has the port, which keeps serving", async (t) => {
  const server = await Server.start({ t });
  const ports = ["--set", `listen.port=${server.port}`, "--set", "admin.port=0"];
  const second = await run(["serve", "--set", "listen.host=127.0.0.1", ...ports]);
  assert.equal(second.code, 3, second.output);
  const raw = await Raw.open(server);
  await raw.assert_alive();
  raw.close();
  await server.stop();
});

it("exits 3 if another server has the admin port", async (t) => {
  const server = await Server.start({ t });
  const ports = ["--set", "listen.port=0", "--set", `admin.port=${server.admin_port}`];
  const second = await run(["serve", ...ports]);
  assert.equal(second.code, 3, second.output);
  await server.stop();
});

it("names every setting whose port is taken, and the flag to change it", async (t) => {
  const server = await Server.start({ t });
  const taken = { "listen.port": server.port, "admin.port": server.admin_port };
  const sets = Object.entries(taken).flatMap(([key, port]) => ["--set", `${key}=${port}`]);
  const host = ["--set", "listen.host=127.0.0.1"];
  const second = await run(["serve", ...host, ...sets]);
  assert.equal(second.code, 3, second.output);
  for (const [key, port] of Object.entries(taken)) {
    const line = `roost: ${key}: 127.0.0.1:${port}: Address already in use. Take another with `;
    assert.ok(second.output.includes(line + `--set ${key}=`), second.output);
  }
  await server.stop();
});

it("exits 1 for an unknown setting, and suggests the nearest name", async () => {
  const { code, output } = await run(["serve", "--set", "limits.idle_m=1"]);
  assert.equal(code, 1, output);
  assert.match(output, /idle_ms/);
});

it("answers /health and /ready on both ports", async (t) => {
  const server = await Server.start({ t });
  for (const url of [server.url, server.admin_url]) {
    for (const path of ["/health", "/ready"]) {
      assert.equal((await fetch(url + path)).status, 200, url + path);
    }
  }
  await server.stop();
});

it("prints the address of the demo page if there is no config", async (t) => {
  const server = await Server.start({ t });
  const line = `roost: open ${server.url}/ in two tabs\n`;
  await until(() => server.out.endsWith(line), () => `${line} in ${server.out}`);
  for (const path of ["/", "/demo.js", "/demo.css", "/phoenix.mjs"]) {
    const answer = await fetch(server.url + path);
    assert.equal(answer.status, 200, path);
    assert.match(answer.headers.get("content-security-policy") ?? "", /default-src 'self'/, path);
  }
  await server.stop();
});

it("serves no demo page with a config that does not enable it", async (t) => {
  const server = await Server.start({ config: { rooms: [{ match: "*", kind: "relay" }] }, t });
  assert.doesNotMatch(server.out, /in two tabs/);
  assert.equal((await fetch(`${server.url}/`)).status, 404);
  await server.stop();
});
