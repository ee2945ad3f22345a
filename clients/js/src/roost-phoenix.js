// SPDX-License-Identifier: Apache-2.0
// Additions to the official phoenix client for a Roost server; see README.md.
import { withPositions } from "./frames.js";
import { drainAware } from "./reconnect.js";

export { positionOf, withPositions } from "./frames.js";
export { PushError, pushOnce } from "./push_once.js";
export { drainAware, jittered } from "./reconnect.js";
export { lastPosition, resumable } from "./resume.js";

/// A connected socket with positions, jittered reconnects and support for the drain hint. `Socket`:
/// phoenix's class. `options`: its options, which take precedence.
export function connect(Socket, url, options = {}) {
  const reconnect = drainAware();
  const socket = new Socket(url, withPositions({ ...reconnect.options, ...options }));
  reconnect.listen(socket);
  socket.connect();
  return socket;
}
