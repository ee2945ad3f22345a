// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/client_session.hpp"

#include <algorithm>
#include <utility>

#include "net/loop/session_registry.hpp"

namespace roost::sim {

client_session::client_session(net::loop& home, const settings::limit_settings& limits,
                               std::size_t window_bytes)
    : socketless_session(home.sessions().next_id()),
      home_(home),
      limits_(limits),
      window_bytes_(window_bytes) {
  home_.sessions().add(*this);
}

bool client_session::send(const net::encoded_ptr& message, net::flush_class urgency) {
  if (phase_ != phase::open) return false;
  const auto done = outbox_.push(message, limits_.outbox_bytes_max);
  if (done.result == net::outbox::push_result::refused) {
    outbox_.drop_unbegun();
    close(errc::slow_consumer);
    return false;
  }
  if (done.result == net::outbox::push_result::dropped) return true;
  wake_flusher(urgency);
  return true;
}

void client_session::close(errc why) {
  if (phase_ != phase::open) return;
  phase_ = phase::closing;
  close_reason = why;
  home_.arm(*this, milliseconds(limits_.close_ms));
}

bool client_session::has_credit() const {
  return unanswered_messages() < limits_.inbound_messages_max &&
         bytes_sent - bytes_answered < limits_.inbound_bytes_max;
}

bool client_session::deliver_one() {
  if (inbound_.empty() || phase_ != phase::open || !has_credit()) return false;
  auto text = std::move(inbound_.front());
  inbound_.pop_front();
  ++messages_sent;
  bytes_sent += text.size();
  home_.post([keep = net::session_ptr(this), this, text = std::move(text)] {
    if (phase_ != phase::open || !handler) return;
    handler->message(net::bytes_ptr::copy(text), false);
  });
  return true;
}

void client_session::wake_flusher(net::flush_class urgency) {
  if (!waits_writable_) {
    home_.flusher().enqueue(*this, urgency);
  } else if (urgency == net::flush_class::small) {
    urgency_ = urgency;
  }
}

net::flush_node::flush_result client_session::flush_once(std::span<char> scratch) {
  const net::session_ptr keep(this);
  net::send_batch batch;
  outbox_.gather(batch, scratch, tests::write_size);
  const auto bytes = std::min(batch.bytes, window_bytes_ - std::min(window_bytes_, wire_.size()));
  for (std::size_t i = 0, left = bytes; i < batch.count && left > 0; ++i) {
    const auto part = std::min(left, batch.pieces[i].iov_len);
    wire_.append(static_cast<const char*>(batch.pieces[i].iov_base), part);
    left -= part;
  }
  outbox_.consume(bytes, tests::write_size);
  if (bytes < batch.bytes) waits_writable_ = true;
  notify_if_drained();
  return {bytes, !waits_writable_ && !outbox_.empty() && phase_ != phase::ended};
}

bool client_session::free_space(std::size_t bytes, std::size_t queued_max) {
  if (phase_ != phase::open) return false;
  return outbox_.empty() || outbox_.charged_bytes() + bytes <= queued_max;
}

void client_session::notify_when_drained(std::size_t queued_max) {
  wants_drained_ = true;
  drained_at_ = queued_max;
  if (outbox_.charged_bytes() > queued_max || std::exchange(is_drained_posted_, true)) return;
  home_.post([keep = net::session_ptr(this), this] {
    is_drained_posted_ = false;
    notify_if_drained();
  });
}

void client_session::notify_if_drained() {
  if (!wants_drained_ || outbox_.charged_bytes() > drained_at_) return;
  wants_drained_ = false;
  if (phase_ == phase::open && handler) handler->drained();
}

std::optional<std::string> client_session::read() {
  const auto front = tests::front_message(wire_);
  if (!front) {
    // Grow a window that is smaller than one message, so that the rest of it can arrive.
    if (waits_writable_ && wire_.size() >= window_bytes_) window_bytes_ = wire_.size() + 65'536;
    if (waits_writable_ && wire_.size() < window_bytes_) window_opened();
    return std::nullopt;
  }
  std::string out(*front);
  wire_.erase(0, tests::message_header_bytes + out.size());
  if (waits_writable_) window_opened();
  return out;
}

void client_session::window_opened() {
  waits_writable_ = false;
  home_.post([keep = net::session_ptr(this), this] {
    if (phase_ != phase::ended && !outbox_.empty()) home_.flusher().enqueue(*this, urgency_);
  });
}

void client_session::cut() {
  inbound_.clear();
  home_.post([keep = net::session_ptr(this), this] { end(); });
}

bool client_session::is_over() const {
  if (phase_ == phase::ended) return true;
  return phase_ == phase::closing && outbox_.empty() && !tests::front_message(wire_);
}

void client_session::end() {
  if (phase_ == phase::ended) return;
  const net::session_ptr keep(this);
  phase_ = phase::ended;
  timer_node::cancel();
  flush_node::unlink();
  outbox_.clear();
  inbound_.clear();
  home_.sessions().remove(id());
  if (const auto ending = std::move(handler)) ending->closed(row_of(close_reason).close_code);
}

}  // namespace roost::sim
