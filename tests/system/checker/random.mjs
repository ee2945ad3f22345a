// SPDX-License-Identifier: Apache-2.0
// Pseudo-random numbers: the same seed gives the same numbers.

/// The mulberry32 generator.
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

  /// A whole number from `least` to `max`.
  between(least, max) {
    return least + Math.floor(this.next() * (max - least + 1));
  }

  chance(share) {
    return this.next() < share;
  }

  pick(list) {
    return list[this.between(0, list.length - 1)];
  }
}
