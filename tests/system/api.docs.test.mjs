// SPDX-License-Identifier: Apache-2.0
// Runs the commands of docs/api.md and compares their output with the page.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { promisify } from "node:util";
import { Member } from "./member.mjs";
import { Server } from "./server.mjs";
import { token_of } from "./tokens.mjs";

const page = readFileSync(new URL("../../docs/api.md", import.meta.url), "utf8");
const blocks = [...page.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(([, kind, text]) => ({
  kind,
  text,
}));
/// Fields whose values differ in each run.
const varying = new Set(["epoch", "phx_ref", "id", "since", "time"]);

function without_varying(value, key) {
  if (varying.has(key)) return typeof value;
  if (Array.isArray(value)) return value.map((each) => without_varying(each));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, without_varying(v, k)]));
}

it("the commands of docs/api.md print the output that the page shows", async (t) => {
  const config = JSON.parse(blocks.find(({ kind }) => kind === "jsonc").text);
  const server = await Server.start({ config, t });
  const member = await Member.open(server);
  const token = token_of("ann", {}, config.auth.hs256_secret);
  await member.join("room:42", { token, meta: { status: "busy" } });
  const examples = blocks.filter(({ kind }) => kind === "sh" || kind === "json");
  let ran = 0;
  for (let i = 0; i < examples.length; i += 2) {
    const [command, answer] = examples.slice(i, i + 2);
    assert.deepEqual([command.kind, answer?.kind], ["sh", "json"], command.text);
    const script = command.text.replaceAll("http://127.0.0.1:4001", server.admin_url);
    assert.ok(script.includes(server.admin_url), script);
    const { stdout } = await promisify(execFile)("bash", ["-euc", script], { cwd: server.folder });
    const [got, shown] = [stdout, answer.text].map((text) => without_varying(JSON.parse(text)));
    assert.deepEqual(got, shown, script);
    ran += 1;
  }
  assert.ok(ran >= 12, `${ran}`);
  assert.equal((await member.raw.closed).code, 1001);
});
