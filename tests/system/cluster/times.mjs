// SPDX-License-Identifier: Apache-2.0
// How often tests of clusters repeat, and what they measure. In `make kill-cluster` the bounds of
// times count; in `make test`, where other tests use the CPU too, times are only reported.
import assert from "node:assert/strict";

export const is_long = process.env.ROOST_KILLS !== undefined;

/// The number of repetitions: of the long run, or of `make test`.
export const repeated = (short) => (is_long ? Number(process.env.ROOST_KILLS) : short);

const default_gone_ms = 1_000;

/// cluster.gone_ms for tests that fail if a node is gone for no reason: more in `make test`, where
/// the machine itself lets nodes stand still.
export const gone_ms = is_long ? default_gone_ms : 2 * default_gone_ms;

/// Fails if `work` takes longer than a test may wait, and so ends a test that would hang.
export async function ends(work, description, timeout_ms = 120_000) {
  let timer;
  const late = new Promise((_done, fail) => {
    timer = setTimeout(() => fail(new Error(`never ended: ${description}`)), timeout_ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

export class Times {
  constructor(t) {
    this.t = t;
    this.all = new Map(); // by name: {max, found: times in ms}
  }

  /// `max`: the bound of this time in ms.
  note(name, ms, max) {
    const known = this.all.get(name) ?? { max, found: [] };
    known.found.push(ms);
    this.all.set(name, known);
  }

  /// Reports the greatest time of each name; fails if one is above its bound and that counts.
  check() {
    const late = [];
    for (const [name, { max, found }] of this.all) {
      const greatest = Math.max(...found);
      const text = `${name}: at most ${greatest} ms of ${max} ms in ${found.length} cases`;
      this.t.diagnostic(text);
      if (greatest > max) late.push(text);
    }
    if (is_long) assert.deepEqual(late, []);
  }
}
