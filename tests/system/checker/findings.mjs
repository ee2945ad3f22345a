// SPDX-License-Identifier: Apache-2.0
// The names of the promises, and the list of violations. Mirrors tests/promises/findings.hpp.
import { readFileSync } from "node:fs";

export const promises_folder = new URL("../../promises/", import.meta.url);
export const promises = JSON.parse(readFileSync(new URL("promises.json", promises_folder), "utf8"));

export class Findings {
  constructor() {
    this.all = [];
  }

  broke(promise, text) {
    if (!Object.hasOwn(promises, promise)) throw new Error(`there is no promise ${promise}`);
    this.all.push({ promise, text });
  }

  /// The name of the promise that was broken first; or "nothing".
  get name() {
    return this.all[0]?.promise ?? "nothing";
  }
}
