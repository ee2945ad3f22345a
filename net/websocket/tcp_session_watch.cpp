// SPDX-License-Identifier: Apache-2.0
// The one timer of a session: idle timeout, pings, rate limit and close timeout.
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "config/telemetry/log.hpp"
#include "net/limits/address_key.hpp"
#include "net/websocket/frames.hpp"
#include "net/websocket/outbox_step.hpp"
#include "net/websocket/tcp_session.hpp"

namespace roost::net::websocket {

using std::chrono::milliseconds;

void tcp_session::expired() {
  const session_ptr keep(this);
  if (phase_ != phase::open) return give_up_close();
  if (is_held_back_ && owed().count() == 0) {
    is_held_back_ = false;
    last_received_ = home_.now();
    read_soon();
  }
  if (quiet() >= milliseconds(shared_.config->limits.idle_ms)) {
    shared_.probe.add(metrics::counter::idle_ends);
    log::info("idle_end", {log::of(id()), {"peer", limits::text_of(peer())}});
    return close(errc::idle);
  }
  const milliseconds every(shared_.config->limits.ping_ms);
  if (every.count() > 0 && quiet() >= every * (pings_ + 1)) ping();
  watch();
}

/// The close handshake timed out. If the close frame is still in the outbox, the peer does not
/// read: a reset frees the kernel's send buffer now; an orderly close would keep it until
/// TCP_USER_TIMEOUT.
void tcp_session::give_up_close() {
  if (!outbox_.empty()) {
    const ::linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  end();
}

/// How long the client has been silent; 0 while the session itself does not read.
milliseconds tcp_session::quiet() const {
  if (is_paused_ || is_held_back_) return milliseconds(0);
  return std::chrono::duration_cast<milliseconds>(home_.clock_now() - last_received_);
}

/// Arms the timer for the next deadline: idle timeout, ping or rate limit.
void tcp_session::watch() {
  const auto silent = quiet();
  auto next = milliseconds(shared_.config->limits.idle_ms) - silent;
  const milliseconds every(shared_.config->limits.ping_ms);
  if (every.count() > 0) next = std::min(next, every * (pings_ + 1) - silent);
  if (is_held_back_) next = std::min(next, owed());
  home_.arm(*this, next);
}

/// Sends no ping if frames are queued: they test the connection as well.
void tcp_session::ping() {
  ++pings_;
  if (!outbox_.empty()) return;
  static const frame_ptr asked = make_frame(opcode::ping, ping_payload);
  const outbox_step step(outbox_, home_.flusher());
  (void)outbox_.push(asked, shared_.config->limits.outbox_bytes_max);
  shared_.probe.add(metrics::counter::pings_sent);
  wake_flusher(flush_class::small);
}

}  // namespace roost::net::websocket
