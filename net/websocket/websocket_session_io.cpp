// SPDX-License-Identifier: Apache-2.0
// Reading and writing of a session. No call here blocks.
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
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

bool is_transient(int reason) {
  return reason == EAGAIN || reason == EWOULDBLOCK || reason == EINTR;
}

ssize_t send_batch_to(int descriptor, send_batch& batch) {
  constexpr int flags = MSG_NOSIGNAL | MSG_DONTWAIT;
  if (batch.count == 1) {
    return ::send(descriptor, batch.pieces[0].iov_base, batch.pieces[0].iov_len, flags);
  }
  msghdr header{};
  header.msg_iov = batch.pieces.data();
  header.msg_iovlen = batch.count;
  return ::sendmsg(descriptor, &header, flags);
}

}  // namespace

/// epoll is edge-triggered: remember readiness in `may_read_` and read when there is credit.
void websocket_session::ready(std::uint32_t events) {
  const session_ptr keep(this);
  constexpr std::uint32_t ends = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
  if ((events & ends) != 0) sees_end_ = true;
  if ((events & (EPOLLIN | ends)) != 0) {
    may_read_ = true;
    if (!is_paused_ && !is_rate_limited_) read();
  }
  if ((events & (EPOLLOUT | ends)) != 0 && waits_writable_) writable();
}

/// Posts the read, because it is called from within the session's other handlers.
void websocket_session::read_soon() {
  if (!may_read_ || std::exchange(is_read_posted_, true)) return;
  post([](websocket_session& me) {
    me.is_read_posted_ = false;
    if (!me.is_paused_ && !me.is_rate_limited_) me.read();
  });
}

void websocket_session::read() {
  if (phase_ == phase::ended || !may_read_) return;
  const auto scratch = read_scratch();
  const auto n = ::recv(socket_.number(), scratch.data(), scratch.size(), MSG_DONTWAIT);
  if (n < 0 && is_transient(errno)) {
    may_read_ = errno == EINTR;
    return read_soon();
  }
  // First write the answer to the peer's close frame; written() then reads again.
  if (n == 0 && phase_ == phase::lingering && !outbox_.empty()) return;
  if (n <= 0) return lost(n == 0 ? 0 : errno);
  // A short read means that the socket is empty (epoll(7)). But a FIN that epoll reported already
  // is not reported again, so read on until recv() returns it.
  may_read_ = sees_end_ || static_cast<std::size_t>(n) == scratch.size();
  const auto size = static_cast<std::size_t>(n);
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
  if (!waits_writable_) {
    home_.flusher().enqueue(*this, urgency);
  } else if (urgency == flush_class::small) {
    urgency_ = urgency;
  }
}

flush_node::flush_result websocket_session::flush_once(std::span<char> scratch) {
  const session_ptr keep(this);
  const auto bytes = write_some(scratch);
  if (!bytes) {
    lost(errno);
    return {};
  }
  written();
  const bool wants_more = !waits_writable_ && !outbox_.empty() && phase_ != phase::ended;
  return {*bytes, wants_more};
}

/// Makes one gathered send. Returns the bytes that the kernel took, or nullopt if the socket failed
/// (see errno).
std::optional<std::size_t> websocket_session::write_some(std::span<char> scratch) {
  if (outbox_.empty() || waits_writable_) return 0;  // make_room() has written it already
  send_batch batch;
  outbox_.gather(batch, scratch, write_header);
  const auto n = send_batch_to(socket_.number(), batch);
  if (n < 0 && !is_transient(errno)) return std::nullopt;
  const bool is_full = n >= 0 || errno != EINTR;
  const auto bytes = static_cast<std::size_t>(std::max<ssize_t>(n, 0));
  {
    const outbox_gauge_guard guard(outbox_, home_.flusher());
    outbox_.consume(bytes, write_header);
  }
  waits_writable_ = is_full && bytes < batch.bytes;
  return bytes;
}

/// A burst within one iteration does not mean that the client is slow, so this writes to the socket
/// before the outbox drops or refuses a message. It runs within send(), so it calls no handler and
/// ignores errors; the next flush meets the same error and handles it.
bool websocket_session::make_room(std::size_t bytes, std::size_t queued_max) {
  if (phase_ != phase::open) return false;
  while (!outbox_.empty() && outbox_.charged_bytes() + bytes > queued_max) {
    if (waits_writable_) return false;
    const auto sent = write_some(home_.flusher().scratch());
    if (!sent) return false;
    home_.flusher().count_send(*sent);
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
  waits_writable_ = false;
  if (phase_ == phase::ended) return;
  if (!outbox_.empty()) home_.flusher().enqueue(*this, urgency_);
}

}  // namespace roost::net::websocket
