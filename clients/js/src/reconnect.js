// SPDX-License-Identifier: Apache-2.0
// Reconnects with jitter, and immediately when the browser is online again.

/// Full jitter: a random wait below a bound that starts at firstMs and doubles at each try, up to
/// maxMs. So a client reconnects at most maxMs after its server has started again.
export function jittered({ firstMs = 500, maxMs = 5_000, random = Math.random } = {}) {
  return (tries) => Math.floor(random() * Math.min(maxMs, firstMs * 2 ** (tries - 1)));
}

/// Jitter for one socket that also waits once for the time that a draining server requests. Pass
/// `options` to the Socket, then the socket to `listen`, which returns a function that stops it.
/// `page`: the source of "online" events. `probeMs`: the timeout for an open connection to answer a
/// heartbeat after such an event, before it is replaced.
export function drainAware(given = {}) {
  const { random = Math.random, page = globalThis, probeMs = 2_000, ...bounds } = given;
  const reconnect = jittered({ ...bounds, random });
  let hint = null; // ms, from the last drain message
  const reconnectAfterMs = (tries) => {
    const wait = hint ?? reconnect(tries);
    hint = null;
    return wait;
  };
  const rejoinAfterMs = jittered({ firstMs: 1_000, random });
  const listen = (socket) => {
    const refs = [
      socket.onMessage(({ topic, event, payload }) => {
        if (topic !== "phoenix" || event !== "drain") return;
        const wait = payload?.reconnect_after_ms;
        if (Number.isFinite(wait) && wait >= 0) hint = wait;
      }),
      socket.onOpen(() => {
        hint = null;
      }),
    ];
    const stop = reconnectWhenOnline(socket, page, probeMs);
    return () => {
      stop();
      socket.off(refs);
    };
  };
  return { options: { reconnectAfterMs, rejoinAfterMs }, listen };
}

/// The browser's "online" event comes before the next retry. A connection that still looks open may
/// be dead, so it is probed with a heartbeat, and replaced if no reply comes.
function reconnectWhenOnline(socket, page, probeMs) {
  let probe;
  const restart = () => {
    // disconnect() sets closeWasClean: a socket that the application closed stays closed.
    if (socket.closeWasClean === false) socket.disconnect(() => socket.connect());
  };
  const online = () => {
    clearTimeout(probe);
    const isProbed = socket.ping(() => clearTimeout(probe));
    if (isProbed) probe = setTimeout(restart, probeMs);
    else restart();
  };
  page.addEventListener?.("online", online);
  return () => {
    clearTimeout(probe);
    page.removeEventListener?.("online", online);
  };
}
