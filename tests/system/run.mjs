// SPDX-License-Identifier: Apache-2.0
// Runs test files with Node's test runner. Checks their requirements first, and fails with the
// command that installs a missing one.
//
//   node run.mjs [FILE ...]      without files: all
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const requested = process.argv.slice(2);
const all = readdirSync(here).filter((name) => name.endsWith(".test.mjs"));
const files = requested.length > 0 ? requested : all.sort();
const binary = resolve(here, process.env.ROOST_BIN ?? "../../build/release/roost");
const older = ["1-2", "1-3", "1-4", "1-5", "1-6", "1-7", "1-8-9"].map((one) => `phoenix-${one}`);
const packages = ["phoenix", ...older, "phoenix-socket", "ajv", "playwright-core", "ws"];

function fail(problem, command) {
  console.error(`${problem} Run: ${command}`);
  process.exit(1);
}

if (Number(process.versions.node.split(".")[0]) < 18) {
  fail(`Node ${process.versions.node} is too old; use 18 or newer.`, "apt-get install nodejs npm");
}
for (const name of packages) {
  if (existsSync(resolve(here, "node_modules", name))) continue;
  fail(`tests/system/node_modules/${name} is missing.`, "(cd tests/system && npm ci)");
}
if (!existsSync(binary)) {
  fail(`${binary} is missing.`, "cmake --preset release && cmake --build --preset release");
}
const run = spawnSync(process.execPath, ["--test", ...files], { cwd: here, stdio: "inherit" });
process.exit(run.status ?? 1);
