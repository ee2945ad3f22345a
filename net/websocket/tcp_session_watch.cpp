// What a session's one timer is for: silence, pings, pauses, the end of a close.
#include <algorithm>
#include <chrono>
#include <utility>

#include "config/base/log.hpp"
#include "net/limits/address_key.hpp"
#include "net/websocket/frames.hpp"
#include "net/websocket/outbox_step.hpp"
#include "net/websocket/tcp_session.hpp"

namespace roost::net::websocket {

using std::chrono::milliseconds;

void tcp_session::expired() {
  const session_ptr keep(this);
  if (phase_ != phase::open) return close_took_long();
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

/// A server that goes away lets those finish who still take what waits for them, as long as its
/// drain does. Whoever else is closed has done something that calls for an end.
void tcp_session::close_took_long() {
  const bool reads_on = std::exchange(sent_since_, 0U) > 0 && !outbox_.empty();
  if (phase_ != phase::closing || code_ != row_of(errc::drain).close_code || !reads_on) {
    return end();
  }
  home_.arm(*this, milliseconds(shared_.config->limits.close_ms));
}

/// For how long it has said nothing. While paused it is we who do not listen.
milliseconds tcp_session::quiet() const {
  if (is_paused_ || is_held_back_) return milliseconds(0);
  return std::chrono::duration_cast<milliseconds>(home_.clock_now() - last_received_);
}

/// Arms the timer for what is due next.
void tcp_session::watch() {
  const auto silent = quiet();
  auto next = milliseconds(shared_.config->limits.idle_ms) - silent;
  const milliseconds every(shared_.config->limits.ping_ms);
  if (every.count() > 0) next = std::min(next, every * (pings_ + 1) - silent);
  if (is_held_back_) next = std::min(next, owed());
  home_.arm(*this, next);
}

/// Where frames wait already, they ask whether the client is there.
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
