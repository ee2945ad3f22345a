// SPDX-License-Identifier: Apache-2.0
// The one timer of a session: idle timeout, pings, rate limit and close timeout.
#include <algorithm>
#include <chrono>
#include <utility>

#include "config/telemetry/log.hpp"
#include "net/limits/address_key.hpp"
#include "net/websocket/frames.hpp"
#include "net/websocket/outbox_gauge_guard.hpp"
#include "net/websocket/websocket_session.hpp"

namespace roost::net::websocket {

using std::chrono::milliseconds;

void websocket_session::expired() {
  const session_ptr keep(this);
  if (phase_ != phase::open) return close_timed_out();
  if (is_rate_limited_ && rate_wait().count() == 0) {
    is_rate_limited_ = false;
    last_received_ = home_.now();
    read_soon();
  }
  if (silence() >= milliseconds(shared_.config->limits.idle_ms)) {
    shared_.probe.add(metrics::counter::idle_ends);
    log::info("idle_end", {log::of(id()), {"peer", limits::text_of(peer())}});
    return close(errc::idle);
  }
  const milliseconds every(shared_.config->limits.ping_ms);
  if (every.count() > 0 && silence() >= every * (pings_ + 1)) ping();
  arm_timer();
}

/// The close handshake timed out. If the close frame is still in the outbox, the peer does not
/// read: a reset frees the kernel's send buffer now; an orderly close would keep it until
/// TCP_USER_TIMEOUT.
void websocket_session::close_timed_out() {
  if (!outbox_.empty()) stream_.reset_on_close();
  end();
}

/// The time since the client last sent something; 0 while the session itself does not read.
milliseconds websocket_session::silence() const {
  if (is_paused_ || is_rate_limited_) return milliseconds(0);
  return std::chrono::duration_cast<milliseconds>(home_.clock_now() - last_received_);
}

/// Arms the timer for the next deadline: idle timeout, ping or rate limit.
void websocket_session::arm_timer() {
  const auto silent = silence();
  auto next = milliseconds(shared_.config->limits.idle_ms) - silent;
  const milliseconds every(shared_.config->limits.ping_ms);
  if (every.count() > 0) next = std::min(next, every * (pings_ + 1) - silent);
  if (is_rate_limited_) next = std::min(next, rate_wait());
  home_.arm(*this, next);
}

/// Sends no ping if messages are queued, because they test the connection as well.
void websocket_session::ping() {
  ++pings_;
  if (!outbox_.empty()) return;
  static const auto message = encoded_ptr::copy(encoded_kind::ping, ping_payload);
  const outbox_gauge_guard guard(outbox_, home_.flusher());
  (void)outbox_.push(message, shared_.config->limits.outbox_bytes_max);
  shared_.probe.add(metrics::counter::pings_sent);
  wake_flusher(flush_class::small);
}

}  // namespace roost::net::websocket
