// Reconnects that do not come all at once.

/// Full jitter: a random wait of up to firstMs, then twice as much at each further try up to maxMs.
export function jittered({ firstMs = 500, maxMs = 30_000, random = Math.random } = {}) {
  return (tries) => Math.floor(random() * Math.min(maxMs, firstMs * 2 ** (tries - 1)));
}

/// Jitter for one socket that waits once for as long as a draining server asks. Give `options` to
/// the Socket, then the socket to `listen`.
export function drainAware({ random = Math.random, ...bounds } = {}) {
  const reconnect = jittered({ ...bounds, random });
  let hint = null; // ms, from the last drain message
  const reconnectAfterMs = (tries) => {
    const wait = hint ?? reconnect(tries);
    hint = null;
    return wait;
  };
  const rejoinAfterMs = jittered({ firstMs: 1_000, maxMs: 10_000, random });
  const listen = (socket) => {
    socket.onMessage(({ topic, event, payload }) => {
      if (topic !== "phoenix" || event !== "drain") return;
      const asked = payload?.reconnect_after_ms;
      if (Number.isFinite(asked) && asked >= 0) hint = asked;
    });
    socket.onOpen(() => {
      hint = null;
    });
  };
  return { options: { reconnectAfterMs, rejoinAfterMs }, listen };
}
