// What deploy/ ships works as it says.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { it } from "node:test";
import { Raw } from "./raw.mjs";
import { binary, Server } from "./server.mjs";

const deploy = resolve(fileURLToPath(new URL(".", import.meta.url)), "../../deploy");

/// The configuration for production in a folder of its own, with secrets beside it.
function installed(t) {
  const folder = mkdtempSync(join(tmpdir(), "roost-deploy-"));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "secrets"));
  const mode = 0o600;
  writeFileSync(join(folder, "secrets/tokens"), `${"t".repeat(48)}\n`, { mode });
  writeFileSync(join(folder, "secrets/api_key"), `${"k".repeat(32)}\n`, { mode });
  const config = join(folder, "roost.json");
  copyFileSync(join(deploy, "roost.production.json"), config);
  return config;
}

it("has a configuration for production that passes its check without a warning", (t) => {
  const config = installed(t);
  const checked = spawnSync(binary, ["check", "--config", config], { encoding: "utf8" });
  assert.equal(checked.status, 0, checked.stdout + checked.stderr);
  assert.doesNotMatch(checked.stdout + checked.stderr, /warning/i);
});

it("has a configuration for production that serves", async (t) => {
  const config = installed(t);
  const sets = { "drain.delay_ms": 0, rooms: null };
  const server = new Server(undefined, sets, [binary], ["--config", config]);
  t.after(() => server.end());
  await server.ready();
  const raw = await Raw.open(server);
  await raw.assert_alive();
  const [, , , , reply] = await raw.exchange(["1", "1", "room:1", "phx_join", {}]);
  assert.equal(reply.response.reason, "unauthorized");
  raw.close();
  await server.stop();
});

it("names the packages whose libraries the program needs", () => {
  const named = execFileSync(join(deploy, "runtime-packages"), [binary], { encoding: "utf8" });
  const all = named.trim().split("\n");
  assert.ok(all.includes("libc6") && all.some((each) => each.startsWith("libcaf-core")), named);
  for (const each of all) assert.equal(spawnSync("dpkg", ["-s", each]).status, 0, each);
});

it("drains within what the unit waits for", () => {
  const unit = readFileSync(join(deploy, "roost.service"), "utf8");
  const waits_s = Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)[1]);
  const config = readFileSync(join(deploy, "roost.production.json"), "utf8");
  const drains_ms = Number(/"timeout_ms": (\d+)/.exec(config)[1]);
  assert.ok(waits_s * 1_000 > drains_ms, `${waits_s} s and ${drains_ms} ms`);
});
