// SPDX-License-Identifier: Apache-2.0
// Reading and writing of a session. No call here blocks.
#include <algorithm>
#include <array>
#include <utility>

#include "net/websocket/frame_header.hpp"
#include "net/websocket/frames.hpp"
#include "net/websocket/outbox_gauge_guard.hpp"
#include "net/websocket/websocket_session.hpp"

namespace roost::net::websocket {
namespace {

// One buffer for each thread, so that an idle session holds no read buffer.
std::span<char> read_scratch() {
  thread_local std::array<char, std::size_t{64} * 1024> buffer;
  return buffer;
}

}  // namespace

/// epoll is edge-triggered: remember readiness in `read_next_` and read when there is credit. Both
/// directions are checked for reads and for writes, because of io_next.
void websocket_session::ready(std::uint32_t events) {
  const session_ptr keep(this);
  constexpr std::uint32_t ends = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
  const bool is_readable = (events & (EPOLLIN | ends)) != 0;
  const bool is_writable = (events & (EPOLLOUT | ends)) != 0;
  if ((events & ends) != 0) sees_end_ = true;
  if (read_next_ == io_next::would_block_write ? is_writable : is_readable) {
    read_next_ = io_next::call_again;
    if (!is_paused_ && !is_rate_limited_) read();
  }
  if (write_next_ == io_next::would_block_read ? is_readable : is_writable) writable();
}

/// Posts the read, because it is called from within the session's other handlers.
void websocket_session::read_soon() {
  if (read_next_ != io_next::call_again || std::exchange(is_read_posted_, true)) return;
  post([](websocket_session& me) {
    me.is_read_posted_ = false;
    if (!me.is_paused_ && !me.is_rate_limited_) me.read();
  });
}

void websocket_session::read() {
  if (phase_ == phase::ended || read_next_ != io_next::call_again) return;
  const auto scratch = read_scratch();
  const auto [size, next, reason] = stream_.read_some(scratch);
  // First write the answer to the peer's close frame; written() then reads again.
  if (next == io_next::ended && phase_ == phase::lingering && !outbox_.empty()) return;
  if (size == 0 && (next == io_next::ended || next == io_next::failed)) return lost(reason);
  // An end that epoll reported already is not reported again, so read on until it is returned.
  read_next_ = sees_end_ && size > 0 ? io_next::call_again : next;
  if (size == 0) return;
  charge(size);
  const auto before = std::exchange(last_received_, home_.now());
  const auto pings = std::exchange(pings_, std::uint16_t{0});
  pong_bytes_ = 0;
  take({scratch.data(), size});
  if (pong_bytes_ != size) return;
  // The client sent only pongs to our pings: it is still idle.
  last_received_ = before;
  pings_ = pings;
}

void websocket_session::take(std::string_view input) {
  const std::size_t bytes_max = shared_.config->limits.frame_bytes_max;
  while (phase_ == phase::open || phase_ == phase::closing) {
    if (phase_ == phase::open && !has_credit()) {
      pause(input);
      return;
    }
    auto found = parser_.next(input, bytes_max);
    if (found.kind == parsed_kind::need_more) break;
    handle(std::move(found));
  }
  track_partial();
  read_on();
}

/// Reads more now, or after a delay if the client exceeds its rate. Unread bytes stay in the
/// socket, so TCP slows the client.
void websocket_session::read_on() {
  if (phase_ == phase::ended) return;
  const auto wait = phase_ == phase::open ? rate_wait() : std::chrono::milliseconds{0};
  if (wait.count() == 0) return read_soon();
  is_rate_limited_ = true;
  shared_.probe.add(metrics::counter::rate_refusals, "connection,bytes");
  home_.arm(*this, wait);
}

void websocket_session::charge(std::size_t bytes) {
  const auto& limit = shared_.config->rates.connection.bytes;
  if (limit.per_second == 0) return;
  if (!bytes_) bytes_ = std::make_unique<limits::token_bucket>();
  bytes_->charge(limit, home_.now(), static_cast<std::uint32_t>(bytes));
}

std::chrono::milliseconds websocket_session::rate_wait() const {
  if (!bytes_) return std::chrono::milliseconds{0};
  const auto wait = bytes_->ready_in(shared_.config->rates.connection.bytes, home_.clock_now(), 0);
  return std::chrono::ceil<std::chrono::milliseconds>(wait);
}

void websocket_session::handle(parsed found) {
  switch (found.kind) {
    case parsed_kind::text:
    case parsed_kind::binary:
      message(std::move(found.data), found.kind == parsed_kind::binary);
      break;
    case parsed_kind::ping:
      pong(found.data->view());
      break;
    case parsed_kind::pong:
      if (found.data->view() == ping_payload) pong_bytes_ += server_pong_bytes;
      break;
    case parsed_kind::close:
      peer_closed(found.data->view());
      break;
    case parsed_kind::failure:
      refuse_protocol_error(found.why);
      break;
    default:
      break;
  }
}

void websocket_session::message(bytes_ptr data, bool is_binary) {
  if (phase_ != phase::open) return;
  auto& counts = home_.flusher().counts();
  counts.add(metrics::counter::messages_in);
  counts.add(metrics::counter::bytes_in, data->size());
  home_.flusher().counts().move(metrics::gauge::inbound_messages, 1);
  ++unanswered_messages_;
  unanswered_bytes_ += static_cast<std::uint32_t>(data->size());
  move_inbound(static_cast<std::int64_t>(data->size()));
  handler_->message(std::move(data), is_binary);
}

void websocket_session::pong(std::string_view payload) {
  if (phase_ != phase::open) return;
  const outbox_gauge_guard guard(outbox_, home_.flusher());
  count(outbox_.push_pong(encoded_ptr::copy(encoded_kind::pong, payload),
                          shared_.config->limits.outbox_bytes_max));
  if (!outbox_.empty()) wake_flusher(flush_class::small);
}

bool websocket_session::has_credit() const {
  return unanswered_messages_ < std::max(shared_.config->limits.inbound_messages_max, 1U) &&
         unanswered_bytes_ < std::max(shared_.config->limits.inbound_bytes_max, 1U);
}

void websocket_session::pause(std::string_view rest) {
  is_paused_ = true;
  rest_ = rest.empty() ? bytes_ptr{} : bytes_ptr::copy(rest);
  move_inbound(static_cast<std::int64_t>(rest.size()));
}

bytes_ptr websocket_session::take_rest() {
  auto out = std::move(rest_);
  if (out) move_inbound(-static_cast<std::int64_t>(out->size()));
  return out;
}

// Posts the call, because release_credit() may be called from within the handler.
void websocket_session::resume_soon() {
  if (std::exchange(is_resume_posted_, true)) return;
  post([](websocket_session& me) { me.resume(); });
}

void websocket_session::resume() {
  is_resume_posted_ = false;
  if (phase_ == phase::ended || !std::exchange(is_paused_, false)) return;
  last_received_ = home_.now();
  const auto held = take_rest();
  take(held ? held->view() : std::string_view{});
}

void websocket_session::wake_flusher(flush_class urgency) {
  if (!is_write_blocked()) {
    home_.flusher().enqueue(*this, urgency);
  } else if (urgency == flush_class::small) {
    urgency_ = urgency;
  }
}

flush_node::flush_result websocket_session::flush_once(std::span<char> scratch) {
  const session_ptr keep(this);
  const auto [bytes, next, reason] = write_some(scratch);
  if (next == io_next::failed) {
    lost(reason);
    return {};
  }
  written();
  const bool wants_more = !is_write_blocked() && !outbox_.empty() && phase_ != phase::ended;
  return {bytes, wants_more};
}

/// Makes one gathered send.
io_result websocket_session::write_some(std::span<char> scratch) {
  if (outbox_.empty() || is_write_blocked()) return {};  // free_space() has written it already
  send_batch batch;
  outbox_.gather(batch, scratch, write_header);
  const auto sent = stream_.write_some(batch);
  if (sent.next == io_next::failed) return sent;
  const outbox_gauge_guard guard(outbox_, home_.flusher());
  outbox_.consume(sent.bytes, write_header);
  write_next_ = sent.next;
  return sent;
}

/// A burst within one iteration does not mean that the client is slow, so this writes to the socket
/// before the outbox drops or refuses a message. It runs within send(), so it calls no handler and
/// ignores errors; the next flush meets the same error and handles it.
bool websocket_session::free_space(std::size_t bytes, std::size_t queued_max) {
  if (phase_ != phase::open) return false;
  while (!outbox_.empty() && outbox_.charged_bytes() + bytes > queued_max) {
    if (is_write_blocked()) return false;
    const auto sent = write_some(home_.flusher().scratch());
    if (sent.next == io_next::failed) return false;
    home_.flusher().count_send(sent.bytes);
  }
  return true;
}

void websocket_session::count(outbox::push_report done) {
  using push_result = outbox::push_result;
  const auto dropped = done.evicted + (done.result == push_result::dropped ? 1U : 0U);
  const auto conflated = done.result == push_result::conflated ? 1U : 0U;
  if (dropped + conflated == 0) return;
  home_.flusher().counts().add(metrics::counter::ephemeral_dropped, dropped);
  home_.flusher().counts().add(metrics::counter::ephemeral_conflated, conflated);
}

void websocket_session::written() {
  if (outbox_.empty() && phase_ == phase::lingering) {
    stop_sending();
    read_soon();
  }
  notify_if_drained();
}

void websocket_session::notify_when_drained(std::size_t queued_max) {
  wants_drained_ = true;
  drained_at_ = static_cast<std::uint32_t>(queued_max);
  // Above the threshold, the flush that drains the outbox to it calls notify_if_drained().
  if (outbox_.charged_bytes() > queued_max || std::exchange(is_drained_posted_, true)) return;
  post([](websocket_session& me) {
    me.is_drained_posted_ = false;
    me.notify_if_drained();
  });
}

// The flag is reset before the call, because the handler may call notify_when_drained() again.
void websocket_session::notify_if_drained() {
  if (!wants_drained_ || outbox_.charged_bytes() > drained_at_) return;
  wants_drained_ = false;
  if (phase_ == phase::open) handler_->drained();
}

void websocket_session::writable() {
  if (!is_write_blocked()) return;
  write_next_ = io_next::call_again;
  if (phase_ == phase::ended) return;
  if (!outbox_.empty()) home_.flusher().enqueue(*this, urgency_);
}

}  // namespace roost::net::websocket
