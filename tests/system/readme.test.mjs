// SPDX-License-Identifier: Apache-2.0
// Runs the tour of the README and the JavaScript of docs/clients.md as they are written.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, it } from "node:test";
import { promisify } from "node:util";
import WebSocket from "ws";
import { binary, Server, until } from "./server.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const blocks_of = (text) =>
  [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].map(([, kind, code]) => ({ kind, code }));
const readme = readFileSync(join(root, "README.md"), "utf8");
const tour = blocks_of(/^## A quick tour$([^]*?)^## /m.exec(readme)[1]);
const [transcripts, scripts, programs] = ["", "sh", "js"].map((kind) =>
  tour.filter((block) => block.kind === kind).map(({ code }) => code),
);
let server;
let folder;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "roost-readme-"));
  mkdirSync(join(folder, "build/release"), { recursive: true });
  symlinkSync(binary, join(folder, "build/release/roost"));
  const packages = join(folder, "node_modules");
  mkdirSync(packages);
  for (const name of ["phoenix", "ws"]) {
    symlinkSync(join(root, "tests/system/node_modules", name), join(packages, name));
  }
  symlinkSync(join(root, "clients/js"), join(packages, "roost-phoenix"));
  // The global WebSocket of Node 22 and newer.
  writeFileSync(join(folder, "node22.cjs"), 'globalThis.WebSocket ??= require("ws");\n');
  server = await Server.start({ sets: { rooms: null } });
});
after(async () => {
  await server?.end();
  rmSync(folder, { recursive: true });
});

/// Replaces the default ports by those of the server under test.
const localized = (text, at = server) =>
  text
    .replaceAll(/(127\.0\.0\.1|localhost):4000/g, `127.0.0.1:${at.port}`)
    .replaceAll(/(127\.0\.0\.1|localhost):4001/g, `127.0.0.1:${at.admin_port}`);

const shell = (script) =>
  promisify(execFile)("bash", ["-euc", localized(script)], { cwd: folder });

/// A port that is free now.
async function free_port() {
  const taken = createServer();
  await new Promise((done) => taken.listen(0, "127.0.0.1", done));
  const { port } = taken.address();
  await new Promise((done) => taken.close(done));
  return String(port);
}

/// Matches a line of the page, in which … stands for a value that differs in each run.
function pattern(line) {
  const plain = line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${plain.replace(/[^"]*…/g, '[^"]+')}$`);
}

/// Sends the lines that start with > and expects those that start with <, like wscat.
async function type(lines, address, epoch = "") {
  const socket = new WebSocket(localized(address));
  const received = [];
  socket.on("message", (data) => received.push(String(data)));
  await new Promise((done, fail) => socket.on("open", done).on("error", fail));
  const next = () => {
    while (received[0]?.includes('"presence_diff"')) received.shift();
    return received.shift();
  };
  for (const line of lines) {
    const text = line.slice(2).replace("EPOCH", epoch);
    if (line.startsWith("> ")) socket.send(text);
    else assert.match(await until(next, text), pattern(text));
  }
  const closed = new Promise((done) => socket.on("close", done));
  socket.close();
  await closed;
}

/// Runs a program of a page until its output matches all patterns in `expected`.
async function run(code, expected) {
  const file = join(folder, "program.mjs");
  writeFileSync(file, code);
  const child = spawn(process.execPath, ["-r", join(folder, "node22.cjs"), file], { cwd: folder });
  let printed = "";
  const collect = (data) => (printed += data);
  for (const stream of [child.stdout, child.stderr]) stream.on("data", collect);
  try {
    const has_all = () => expected.every((each) => each.test(printed));
    await until(has_all, () => `${expected} of:\n${printed}`);
  } finally {
    child.kill();
  }
}

it("has a tour of two transcripts, three scripts and three programs", () => {
  assert.deepEqual(
    [transcripts, scripts, programs].map(({ length }) => length),
    [2, 3, 3],
  );
});

it("answers the raw frames, the API and the resume as in the tour", async () => {
  const [command, ...lines] = transcripts[0].trim().split("\n");
  const [, address] = /^\$ npx wscat -c '(.*)'$/.exec(command);
  await type(lines, address);
  const publish = async () => JSON.parse((await shell(scripts[0])).stdout);
  const { epoch, offset } = await publish();
  assert.equal(offset, 2);
  for (const n of [3, 4]) assert.deepEqual(await publish(), { epoch, offset: n });
  await type(transcripts[1].trim().split("\n"), address, epoch);
});

it("runs the programs of the tour", async () => {
  const expected = [/^joined at \S+ 4$/m, /^received: hello$/m, /^here: \[ 'Ann'/m];
  await run(localized(programs[0]), expected);
  await run(localized(programs[1]), [/^received: hello$/m, /^stored at 6$/m]);
});

it("keeps the events of a durable room when its node is killed", async () => {
  const [port, admin_port] = [await free_port(), await free_port()];
  const { stdout } = await shell(
    scripts[1].replaceAll("4100", port).replaceAll("4101", admin_port),
  );
  const lines = stdout.replaceAll("}{", "}\n{").trim().split("\n");
  const [first, second, history] = lines.map((line) => JSON.parse(line));
  assert.deepEqual([first.offset, second.offset], [1, 2]);
  assert.notEqual(first.epoch, second.epoch);
  const events = history.events.map(({ offset, epoch }) => [offset, epoch]);
  assert.deepEqual(events, [
    [1, first.epoch],
    [2, second.epoch],
  ]);
});

it("refuses a join without a token, and prints one with which ann may join", async (t) => {
  const { stdout } = await shell(scripts[2]);
  const token = stdout.trim().split("\n").at(-1);
  const config = JSON.parse(readFileSync(join(folder, "roost.json"), "utf8"));
  const locked = await Server.start({ config, t });
  const program = localized(programs[2], locked);
  const joined = program.replace("PASTE THE TOKEN HERE", token);
  assert.notEqual(joined, program);
  await run(joined, [/^joined$/m]);
  const anonymous = program.replace(/, \{ authToken: .* \}\)/, ")");
  assert.notEqual(anonymous, program);
  await run(anonymous, [/^refused: unauthorized$/m]);
});

it("runs the JavaScript of docs/clients.md", async () => {
  const page = blocks_of(readFileSync(join(root, "docs/clients.md"), "utf8"));
  const [{ code }, ...more] = page.filter(({ kind }) => kind === "js");
  assert.equal(more.length, 0);
  const received = /^received \{ text: 'hello from JavaScript' \}$/m;
  await run(localized(code), [/^joined at \d+$/m, received]);
});
