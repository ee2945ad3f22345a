// Runs test files by Node's own runner, after a look at what they need: what is missing fails with
// the command that brings it. Usage: node run.mjs [FILE ...]; without files: all.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const asked = process.argv.slice(2);
const all = readdirSync(here).filter((name) => name.endsWith(".test.mjs"));
const files = asked.length > 0 ? asked : all.sort();
const binary = resolve(here, process.env.ROOST_BIN ?? "../../build/release/roost");
const older = ["1-2", "1-3", "1-4", "1-5", "1-6", "1-7", "1-8-9"].map((one) => `phoenix-${one}`);
const packages = ["phoenix", ...older, "phoenix-socket", "ajv", "playwright-core", "ws"];

function fail(what, command) {
  console.error(`${what} Install it: ${command}`);
  process.exit(1);
}

if (Number(process.versions.node.split(".")[0]) < 18) {
  fail(`Node ${process.versions.node} is too old, 18 is needed.`, "apt-get install nodejs npm");
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
