// SPDX-License-Identifier: Apache-2.0
#include "net/websocket/websocket_session.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>
#include <utility>

#include "config/telemetry/log.hpp"
#include "net/limits/address_key.hpp"
#include "net/loop/session_registry.hpp"
#include "net/websocket/frames.hpp"
#include "net/websocket/outbox_gauge_guard.hpp"

namespace roost::net::websocket {

using std::chrono::milliseconds;

websocket_session::websocket_session(loop& home, byte_stream stream, const session_context& context,
                                     const address_bytes& peer)
    : session(home.sessions().next_id(), peer),
      home_(home),
      shared_(context),
      stream_(std::move(stream)),
      code_(close_code::abnormal) {}

websocket_session::~websocket_session() = default;

void websocket_session::start(std::string_view early, connect_info info) {
  self_ = session_ptr(this);
  home_.sessions().add(*this);
  shared_.probe.add(metrics::counter::connections_opened);
  shared_.probe.add(metrics::gauge::connections, 1);
  last_received_ = home_.now();
  arm_timer();
  handler_ = shared_.opener.opened(*this, std::move(info));
  if (!early.empty()) {
    pause(early);
    resume_soon();
  }
  if (!home_.poller().add(stream_.native_handle(), *this)) end_soon();
}

bool websocket_session::send(const encoded_ptr& message, flush_class urgency) {
  if (phase_ != phase::open) return false;
  const std::size_t bytes_max = shared_.config->limits.outbox_bytes_max;
  (void)free_space(message->size() + outbox::message_overhead,
                   message.is_ephemeral() ? bytes_max / 2 : bytes_max);
  const auto done = [&] {
    const outbox_gauge_guard guard(outbox_, home_.flusher());
    return outbox_.push(message, bytes_max);
  }();
  count(done);
  if (done.result == outbox::push_result::refused) {
    overflowed();
    return false;
  }
  if (done.result == outbox::push_result::dropped) return true;
  wake_flusher(urgency);
  return true;
}

void websocket_session::close(errc why) {
  if (why == errc::abnormal) {
    end_soon();
    return;
  }
  if (phase_ != phase::open) return;
  const auto& row = row_of(why);
  const auto fallback = row_of(errc::internal).close_code;
  begin_closing(row.close_code > 0 ? row.close_code : fallback, row.reason);
}

void websocket_session::release_credit(std::uint32_t bytes_in) {
  if (unanswered_messages_ > 0) {
    --unanswered_messages_;
    home_.flusher().counts().move(metrics::gauge::inbound_messages, -1);
  }
  const auto bytes = std::min(unanswered_bytes_, bytes_in);
  unanswered_bytes_ -= bytes;
  move_inbound(-std::int64_t{bytes});
  if (is_paused_ && has_credit()) resume_soon();
}

void websocket_session::add_credit_debt(std::uint32_t messages) {
  unanswered_messages_ += messages;
  home_.flusher().counts().move(metrics::gauge::inbound_messages, messages);
}

// Closes a slow consumer: drops its queued messages, so that the close frame is sent soon.
void websocket_session::overflowed() {
  {
    const outbox_gauge_guard guard(outbox_, home_.flusher());
    outbox_.drop_unbegun();
  }
  shared_.probe.add(metrics::counter::slow_consumers);
  log::info("slow_consumer", {log::of(id()), {"peer", limits::text_of(peer())}});
  const auto& row = row_of(errc::slow_consumer);
  begin_closing(row.close_code, row.reason);
}

void websocket_session::begin_closing(std::uint16_t code, std::string_view reason) {
  phase_ = phase::closing;
  is_closed_here_ = true;
  queue_close(code, reason);
  home_.arm(*this, milliseconds(shared_.config->limits.close_ms));
  // Resume reading: the peer's close frame comes after bytes that were not read for lack of credit.
  if (is_paused_) resume_soon();
  if (std::exchange(is_rate_limited_, false)) read_soon();
}

void websocket_session::queue_close(std::uint16_t code, std::string_view reason) {
  code_ = code;
  {
    const outbox_gauge_guard guard(outbox_, home_.flusher());
    outbox_.push_last(make_close(code, reason));
  }
  wake_flusher(flush_class::small);
}

void websocket_session::peer_closed(std::string_view payload) {
  const auto code = read_close(payload);
  if (!code) {
    refuse_protocol_error(code.failure().code);
    return;
  }
  if (phase_ == phase::open) queue_close(*code, {});
  linger();
}

void websocket_session::refuse_protocol_error(errc why) {
  const auto& row = row_of(why);
  shared_.probe.add(metrics::counter::malformed, row.name);
  if (phase_ == phase::open) {
    is_closed_here_ = true;
    queue_close(row.close_code, row.reason);
  }
  linger();
}

void websocket_session::linger() {
  // If we began the close, the close_ms timer runs already; the peer's answer does not extend it.
  if (phase_ == phase::open) home_.arm(*this, milliseconds(shared_.config->limits.close_ms));
  phase_ = phase::lingering;
  if (outbox_.empty()) stop_sending();
  notify_closed();
}

// Closing a socket that has unread bytes sends a reset, which could destroy our close frame. So
// shut down only the sending half, and read until the peer's FIN.
void websocket_session::stop_sending() {
  if (std::exchange(has_stopped_sending_, true)) return;
  stream_.shut_down_sending();
}

void websocket_session::end_soon() {
  if (phase_ == phase::ended) return;
  post([](websocket_session& me) { me.end(); });
}

/// The connection was lost. `reason` is the errno, or 0 for the peer's FIN.
void websocket_session::lost(int reason) {
  if (phase_ != phase::ended && code_ == close_code::abnormal) {
    const std::string_view how = reason == 0 ? "eof" : reason == ETIMEDOUT ? "timeout" : "reset";
    shared_.probe.add(metrics::counter::abnormal_closes, how);
    log::info("abnormal_close",
              {log::of(id()), {"peer", limits::text_of(peer())}, {"reason", how}});
  }
  end();
}

void websocket_session::end() {
  if (phase_ == phase::ended) return;
  phase_ = phase::ended;
  const auto keep = std::move(self_);
  timer_node::cancel();
  flush_node::unlink();
  {
    const outbox_gauge_guard guard(outbox_, home_.flusher());
    outbox_.clear();
  }
  home_.flusher().counts().move(metrics::gauge::inbound_messages,
                                -std::int64_t{std::exchange(unanswered_messages_, 0)});
  move_inbound(-std::int64_t{std::exchange(unanswered_bytes_, 0)});
  (void)take_rest();
  drop_partial();
  home_.poller().remove(stream_.native_handle(), *this);
  stream_.close();
  home_.sessions().remove(id());
  shared_.probe.add(metrics::gauge::connections, -1);
  shared_.probe.add(metrics::counter::connections_closed,
                    std::to_string(code_) + (is_closed_here_ ? ",server" : ",client"));
  notify_closed();
}

void websocket_session::notify_closed() {
  // Move it out first, so that calls from closed() find no handler.
  if (const auto handler = std::move(handler_)) handler->closed(code_);
}

}  // namespace roost::net::websocket
