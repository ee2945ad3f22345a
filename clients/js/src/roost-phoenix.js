// What the official phoenix client lacks on a Roost server; see README.md.
import { withPositions } from "./frames.js";
import { drainAware } from "./reconnect.js";

export { positionOf, withPositions } from "./frames.js";
export { PushError, pushOnce } from "./push_once.js";
export { drainAware, jittered } from "./reconnect.js";
export { lastPosition, resumable } from "./resume.js";

/// A connected socket with positions and a reconnect that is jittered and heeds the server's hint.
/// `Socket`: phoenix's class. `options`: its options; what they set themselves is kept.
export function connect(Socket, url, options = {}) {
  const reconnect = drainAware();
  const socket = new Socket(url, withPositions({ ...reconnect.options, ...options }));
  reconnect.listen(socket);
  socket.connect();
  return socket;
}
