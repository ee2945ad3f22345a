// SPDX-License-Identifier: Apache-2.0
// The files in deploy/ work as documented.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { it } from "node:test";
import { Raw } from "./raw.mjs";
import { binary, run_binary, Server, temporary_folder } from "./server.mjs";

const root = resolve(fileURLToPath(new URL(".", import.meta.url)), "../..");
const deploy = join(root, "deploy");
const docs = join(root, "docs");

/// Copies the production configuration into a temporary folder, with secrets; returns its path.
function installed(t) {
  const folder = temporary_folder(t);
  mkdirSync(join(folder, "secrets"));
  const mode = 0o600;
  writeFileSync(join(folder, "secrets/tokens"), `${"t".repeat(48)}\n`, { mode });
  writeFileSync(join(folder, "secrets/api_key"), `${"k".repeat(32)}\n`, { mode });
  const config = join(folder, "roost.json");
  copyFileSync(join(deploy, "roost.production.json"), config);
  return config;
}

it("has a production configuration that passes its check without a warning", async (t) => {
  const config = installed(t);
  const { code, out, err } = await run_binary(["check", "--config", config]);
  assert.equal(code, 0, out + err);
  assert.doesNotMatch(out + err, /warning/i);
});

it("comments each choice in the production configuration", () => {
  const lines = readFileSync(join(deploy, "roost.production.json"), "utf8").split("\n");
  const bare = lines.map((line) => line.replace(/"(?:[^"\\]|\\.)*"/g, '""').trim());
  const unexplained = lines.filter((line, i) => {
    const opens = /[{[]$/.test(bare[i]); // a group; each key in it has its own reason
    const is_choice = /^\s*"\w+":/.test(line) && !opens;
    return is_choice && !bare[i].includes("//") && !bare[i - 1].startsWith("//");
  });
  assert.deepEqual(unexplained, []);
});

it("sets every limit that docs/limits.md recommends", () => {
  const wanted = /"limits": (\{.*\}),$/m.exec(readFileSync(join(docs, "limits.md"), "utf8"))[1];
  const config = readFileSync(join(deploy, "roost.production.json"), "utf8");
  for (const key of Object.keys(JSON.parse(wanted))) assert.ok(config.includes(`"${key}":`), key);
});

it("checks the health of the image at the admin port, not the public one", async (t) => {
  const dockerfile = readFileSync(join(deploy, "Dockerfile"), "utf8");
  const command = JSON.parse(/^HEALTHCHECK .*\\\n\s*CMD (\[.*\])$/m.exec(dockerfile)[1]);
  const listed = JSON.parse(execFileSync(binary, ["settings", "--format", "json"]));
  const port = JSON.stringify(listed.find((each) => each.key === "admin.port").default);
  assert.ok(command.at(-1).endsWith(`:${port}`), `${command.at(-1)} and ${port}`);
  const server = await Server.start({ t, sets: { "listen.proxy_protocol": true } });
  const url = command.at(-1).replace(`:${port}`, `:${server.admin_port}`);
  const checked = spawnSync(binary, [...command.slice(1, -1), url], { encoding: "utf8" });
  assert.equal(checked.status, 0, checked.stderr);
  await server.stop();
});

it("creates the user before the files of its group, which may read all of them", () => {
  const steps = readFileSync(join(docs, "operations.md"), "utf8").split("\n");
  const at = (part) => steps.findIndex((line) => line.includes(part));
  const all = steps.filter((line) => line.includes("/etc/roost") && line.includes("install "));
  const given = all.filter((line) => line.includes("-g roost"));
  assert.equal(given.length, 4, given.join("\n"));
  for (const step of given) {
    assert.match(step, /-o root -g roost -m (640|750)/);
    assert.ok(at("useradd") < at(step), step);
  }
  const unit = readFileSync(join(deploy, "roost.service"), "utf8");
  const page = /^Documentation=file:(.*)$/m.exec(unit)[1];
  assert.ok(at(`install -D -m 644 docs/operations.md ${page}`) > 0, page);
  // In a container the user is a number, and the host needs no user of that name.
  const [, user] = /^USER (\d+:\d+)$/m.exec(readFileSync(join(deploy, "Dockerfile"), "utf8"));
  const numbered = all.filter((line) => line.includes(`-g ${user.split(":")[1]} -m `));
  assert.equal(numbered.length, 4, all.join("\n"));
});

it("has a production configuration with which the server starts", async (t) => {
  const config = installed(t);
  const store = join(config, "../store");
  const sets = { "drain.delay_ms": 0, "store.path": store, rooms: null };
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

it("lists the packages whose libraries the program needs", () => {
  const named = execFileSync(join(deploy, "runtime-packages"), [binary], { encoding: "utf8" });
  const all = named.trim().split("\n");
  assert.ok(all.includes("libc6") && all.some((each) => each.startsWith("libcaf-core")), named);
  for (const each of all) assert.equal(spawnSync("dpkg", ["-s", each]).status, 0, each);
});

it("is restarted by systemd for a taken port, but not for a wrong configuration", async (t) => {
  const unit = readFileSync(join(deploy, "roost.service"), "utf8");
  // systemd restarts a unit whose ExecStartPre or ExecCondition fails, with any exit code.
  assert.doesNotMatch(unit, /^ExecStartPre|^ExecCondition/m);
  const final = /^RestartPreventExitStatus=(.*)$/m.exec(unit)[1].split(" ").map(Number);
  const [, command] = /^ExecStart=\S+ (.*)$/m.exec(unit);
  const config = installed(t);
  const args = command.replace("/etc/roost/roost.json", config).split(" ");
  const code = (...more) => spawnSync(binary, [...args, ...more], { encoding: "utf8" }).status;
  assert.ok(final.includes(code("--set", "listen.prot=1")), "an unknown key");
  assert.ok(final.includes(code("--no-such-flag")), "an unknown flag");
  rmSync(join(config, "../secrets/tokens"));
  assert.ok(final.includes(code()), "a secret that is missing");
  writeFileSync(config, "{");
  assert.ok(final.includes(code()), "invalid JSON");
  writeFileSync(config, "{}");
  const other = await Server.start({ t });
  const status = code("--set", `listen.port=${other.port}`, "--set", "admin.port=0");
  assert.ok(status > 0 && !final.includes(status), `a taken port: ${status}`);
  await other.stop();
});

it("drains before the unit's timeout", () => {
  const unit = readFileSync(join(deploy, "roost.service"), "utf8");
  const waits_s = Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)[1]);
  const config = readFileSync(join(deploy, "roost.production.json"), "utf8");
  const drains_ms = Number(/"timeout_ms": (\d+)/.exec(config)[1]);
  const listed = JSON.parse(execFileSync(binary, ["settings", "--format", "json"]));
  const stores_ms = listed.find((each) => each.key === "cluster.commit_timeout_ms").default;
  // A node of a cluster first gives its shards away, for at most half of the timeout.
  const all_ms = 1.5 * drains_ms + stores_ms;
  assert.ok(waits_s * 1_000 > all_ms, `${waits_s} s and ${all_ms} ms`);
});

it("keeps its rooms in the folder that the unit, the image and the compose file provide", () => {
  const text = (name) => readFileSync(join(deploy, name), "utf8");
  const path = /"path": "(\/var\/.*)"/.exec(text("roost.production.json"))[1];
  const [, state] = /^StateDirectory=(.*)$/m.exec(text("roost.service"));
  assert.equal(path, `/var/lib/${state}`);
  assert.match(text("Dockerfile"), new RegExp(`install -d -o 10001 -g 10001 -m 700 ${path}$`, "m"));
  assert.match(text("compose.yaml"), new RegExp(`- rooms:${path} `));
});

it("contains the npm client unchanged, with its licence", () => {
  const published = join(root, "tests/system/node_modules/phoenix");
  const vendored = join(root, "examples/demo/vendor/phoenix");
  const same = { "phoenix.mjs": "priv/static/phoenix.mjs", "phoenix.LICENSE.txt": "LICENSE.md" };
  for (const [ours, theirs] of Object.entries(same)) {
    const bytes = readFileSync(join(published, theirs));
    assert.ok(readFileSync(join(vendored, ours)).equals(bytes), ours);
  }
  const { version } = JSON.parse(readFileSync(join(published, "package.json"), "utf8"));
  const readme = readFileSync(join(root, "examples/demo/README.md"), "utf8");
  assert.ok(readme.includes(`npm \`phoenix\` ${version} `), version);
});
