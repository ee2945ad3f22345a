// Reconnects: spread over time, and at once when the browser is online again.

/// Full jitter: a random wait of up to firstMs, then twice as much at each further try up to maxMs.
/// maxMs is also the longest that a client stays away once its server is back.
export function jittered({ firstMs = 500, maxMs = 5_000, random = Math.random } = {}) {
  return (tries) => Math.floor(random() * Math.min(maxMs, firstMs * 2 ** (tries - 1)));
}

/// Jitter for one socket that waits once for as long as a draining server asks. Give `options` to
/// the Socket, then the socket to `listen`; what `listen` returns ends the listening.
/// `page`: where "online" events come from. `probeMs`: how long an open connection may take to
/// answer after one, before it is replaced.
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
        const asked = payload?.reconnect_after_ms;
        if (Number.isFinite(asked) && asked >= 0) hint = asked;
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

/// Browsers notice that a network is back before any timer does. A connection that still looks open
/// may have died with the old network: it is asked, and replaced if it does not answer.
function reconnectWhenOnline(socket, page, probeMs) {
  let probe;
  const restart = () => {
    // Phoenix sets it to true in disconnect(): a socket that its owner closed stays closed.
    if (socket.closeWasClean === false) socket.disconnect(() => socket.connect());
  };
  const online = () => {
    clearTimeout(probe);
    const isAsked = socket.ping(() => clearTimeout(probe));
    if (isAsked) probe = setTimeout(restart, probeMs);
    else restart();
  };
  page.addEventListener?.("online", online);
  return () => {
    clearTimeout(probe);
    page.removeEventListener?.("online", online);
  };
}
