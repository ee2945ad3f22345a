// SPDX-License-Identifier: Apache-2.0
// The official client, from this package or from the system tests.
import { createRequire } from "node:module";

function load() {
  const require = createRequire(import.meta.url);
  try {
    return require("phoenix");
  } catch {
    return createRequire(new URL("../../../tests/system/", import.meta.url))("phoenix");
  }
}

export const { Socket } = load();
