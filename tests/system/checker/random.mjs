// SPDX-License-Identifier: Apache-2.0
// Numbers that follow from a seed: the same seed makes the same choices.

/// mulberry32.
export class Random {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  /// In [0, 1).
  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /// A whole number from `least` to `most`.
  between(least, most) {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  chance(share) {
    return this.next() < share;
  }

  pick(list) {
    return list[this.between(0, list.length - 1)];
  }
}
