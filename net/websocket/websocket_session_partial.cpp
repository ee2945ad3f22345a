// SPDX-License-Identifier: Apache-2.0
// Accounting of a session's incomplete and unanswered messages: metrics, and the bound per loop.
#include "config/telemetry/log.hpp"
#include "net/limits/address_key.hpp"
#include "net/loop/session_registry.hpp"
#include "net/websocket/websocket_session.hpp"

namespace roost::net::websocket {

void websocket_session::move_inbound(std::int64_t bytes) {
  if (bytes != 0) home_.flusher().counts().move(metrics::gauge::inbound_bytes, bytes);
}

void websocket_session::track_partial() {
  if (phase_ != phase::open && phase_ != phase::closing) parser_.discard();
  if (parser_.is_between_messages()) return drop_partial();
  auto& all = home_.sessions().partials();
  const auto before = all.bytes();
  all.set(partial_, *this, parser_.held_bytes());
  home_.flusher().counts().move(metrics::gauge::partial_bytes,
                                static_cast<std::int64_t>(all.bytes() - before));
  const auto bytes_max = shared_.config->limits.partial_bytes_max;
  if (bytes_max != 0 && all.bytes() > before) all.evict_above(bytes_max / shared_.loops);
}

void websocket_session::drop_partial() {
  if (!partial_) return;
  const auto held = static_cast<std::int64_t>(partial_->bytes);
  home_.flusher().counts().move(metrics::gauge::partial_bytes, -held);
  home_.sessions().partials().clear(partial_);
}

/// Posts linger(), which calls the handler, because the read of another session may be running now.
void websocket_session::evict_partial() {
  drop_partial();
  parser_.discard();
  shared_.probe.add(metrics::counter::memory_cuts, "partial");
  log::info("partial_ended", {log::of(id()), {"peer", limits::text_of(peer())}});
  const auto& row = row_of(errc::overloaded);
  if (phase_ == phase::open) queue_close(row.close_code, row.reason);
  phase_ = phase::lingering;
  post([](websocket_session& me) {
    if (me.phase_ != phase::ended) me.linger();
  });
}

}  // namespace roost::net::websocket
