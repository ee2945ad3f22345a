// SPDX-License-Identifier: Apache-2.0
// Checks ecma_patterns.json against RegExp of Node, with the flag u. ecma_pattern_test.cpp checks
// our patterns against the same table.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const table = JSON.parse(readFileSync(new URL("ecma_patterns.json", import.meta.url), "utf8"));

for (const { pattern, found, missed } of table.matches) {
  const oracle = new RegExp(pattern, "u");
  const description = (text) => `${pattern} in ${JSON.stringify(text)}`;
  for (const text of found) assert.ok(oracle.test(text), description(text));
  for (const text of missed) assert.ok(!oracle.test(text), description(text));
}

const is_ecma = (pattern) => {
  try {
    return Boolean(new RegExp(pattern, "u"));
  } catch {
    return false;
  }
};
for (const row of table.refused) assert.equal(is_ecma(row.pattern), row.is_ecma, row.pattern);

assert.ok(table.matches.length > 50 && table.refused.length > 50);
console.log(`${table.matches.length} patterns, ${table.refused.length} refusals`);
