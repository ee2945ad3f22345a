// SPDX-License-Identifier: Apache-2.0
// The checker finds the promise that each case breaks; the C++ checker runs the same cases.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { CasePlayer } from "./checker/case_player.mjs";
import { promises_folder } from "./checker/findings.mjs";

const cases = JSON.parse(readFileSync(new URL("cases.json", promises_folder), "utf8"));

for (const { name, steps, breaks = "nothing", position, shown, ...described } of cases) {
  it(name, () => {
    const room = new CasePlayer(described);
    room.play(steps);
    assert.equal(room.found.name, breaks, room.found.all[0]?.text);
    if (position !== undefined) assert.equal(room.position_text, position);
    if (shown !== undefined) assert.deepEqual(room.shown, shown);
  });
}
