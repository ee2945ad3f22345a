// SPDX-License-Identifier: Apache-2.0
// The scripts in deploy/, on a simulated machine: fake programs replace the real ones.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { it } from "node:test";
import { temporary_folder } from "./server.mjs";

const root = resolve(fileURLToPath(new URL(".", import.meta.url)), "../..");

/// Runs a script of deploy/ with `programs` (name: lines of shell) first in the PATH: {status,
/// output, calls}, where `calls` has the command line of each call of one of these programs.
function run(t, script, args, programs, env = {}) {
  const folder = temporary_folder(t);
  const log = join(folder, "calls");
  for (const [name, lines] of Object.entries(programs)) {
    const text = `#!/bin/bash\necho "${name} $*" >> ${log}\n${lines}\n`;
    writeFileSync(join(folder, name), text, { mode: 0o755 });
  }
  const all = { ...process.env, ...env, PATH: `${folder}:${process.env.PATH}` };
  const ended = spawnSync(join(root, "deploy", script), args, { encoding: "utf8", env: all });
  const calls = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
  return { status: ended.status, output: ended.stdout + ended.stderr, calls };
}

const empty_machine = { "dpkg-query": "exit 1", "apt-get": "exit 0", sudo: 'exec "$@"' };
const installed = (calls) => calls.find((call) => call.startsWith("apt-get -q install "));

it("installs no Node for a build", (t) => {
  const { status, output, calls } = run(t, "install-deps", ["build"], empty_machine);
  assert.equal(status, 0, output);
  assert.match(installed(calls), / g\+\+ make cmake ninja-build /);
  assert.doesNotMatch(installed(calls), /nodejs|npm/);
});

it("installs nothing, and contacts no mirror, if all packages are installed", (t) => {
  const programs = { ...empty_machine, "dpkg-query": "echo installed" };
  const { status, output, calls } = run(t, "install-deps", ["build", "lint"], programs);
  assert.equal(status, 0, output);
  assert.deepEqual(calls.filter((call) => !call.startsWith("dpkg-query ")), []);
});

/// Runs a build with a fake ninja of this version, which prints the status format that it gets.
function built(t, version, steps) {
  const ninja = `case "$*" in
    --version) echo ${version} ;;
    *-n*) for i in $(seq ${steps}); do echo "[$i/${steps}] step"; done ;;
    *) echo "status: $NINJA_STATUS" ;;
  esac`;
  const programs = { cmake: "exit 0", ninja };
  return run(t, "build", ["release", "roost"], programs, { JOBS: "2" });
}

it("estimates the minutes of a build, unless it takes less than one", (t) => {
  const [long, short] = [built(t, "1.11.1", 120), built(t, "1.11.1", 2)];
  assert.equal(long.status, 0, long.output);
  assert.match(long.output, /120 steps with 2 compilers in parallel, about \d+ minutes/);
  assert.match(long.calls.at(-1), /^ninja -C build\/release -j 2 roost$/);
  assert.equal(short.status, 0, short.output);
  assert.doesNotMatch(short.output, /minutes/);
});

it("shows the remaining time only if ninja supports it", (t) => {
  assert.match(built(t, "1.11.1", 3).output, /^status: \[%f of %t, %p\] $/m);
  for (const version of ["1.12.0", "1.12.1", "1.13", "2.0"]) {
    assert.match(built(t, version, 3).output, /^status: \[%f of %t, %W left\] $/m, version);
  }
});

it("distinguishes a missing permission for Docker's socket from a missing daemon", (t) => {
  const image = (error) => run(t, "image", [], { docker: `echo "${error}" >&2; exit 1` });
  const denied = image("permission denied while trying to connect to the Docker daemon socket");
  assert.equal(denied.status, 1);
  assert.match(denied.output, /may not use Docker's socket.*sudo make image.*usermod -aG docker/);
  const gone = image("Cannot connect to the Docker daemon. Is the docker daemon running?");
  assert.equal(gone.status, 1);
  assert.match(gone.output, /docker daemon does not answer/);
});

it("removes the build stage by the label that the Dockerfile sets", () => {
  const [, pruned] = /--filter label=(\S+)/.exec(readFileSync(join(root, "deploy/image"), "utf8"));
  const dockerfile = readFileSync(join(root, "deploy/Dockerfile"), "utf8");
  assert.match(dockerfile, new RegExp(`^LABEL ${pruned}$`, "m"));
});

it("passes every file that CMake names to the build of the image", () => {
  const ignored = readFileSync(join(root, ".dockerignore"), "utf8").split("\n");
  assert.ok(ignored.includes("*"));
  const included = ignored.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  const lists = ["actors", "cluster", "config", "deploy/cmake", "net"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((name) => /(^|\/)CMakeLists\.txt$|\.cmake$/.test(name))
      .map((name) => `${folder}/${name}`),
  );
  const needed = ["CMakePresets.json", "main.cpp", "CMakeLists.txt", ...lists].concat(
    lists.flatMap((list) =>
      [...readFileSync(join(root, list), "utf8").matchAll(/\{CMAKE_SOURCE_DIR\}\/([\w./-]+)/g)].map(
        ([, path]) => path,
      ),
    ),
  );
  assert.ok(needed.includes("README.md") && needed.includes("examples/demo"), needed.join(" "));
  for (const path of needed) {
    const is_included = included.some((one) => path === one || path.startsWith(`${one}/`));
    assert.ok(is_included, `.dockerignore excludes ${path}`);
  }
});

it("lists every target that has a description in `make help`", () => {
  const makefile = readFileSync(join(root, "Makefile"), "utf8");
  const help = spawnSync("make", ["-C", root, "help"], { encoding: "utf8" });
  assert.equal(help.status, 0, help.stderr);
  for (const [, target] of makefile.matchAll(/^([a-z][a-z-]*):.*## /gm)) {
    assert.match(help.stdout, new RegExp(`^ {2}make ${target} `, "m"), target);
  }
});
