// SPDX-License-Identifier: Apache-2.0
// A simulated connection: a net::session for the server, a message interface for the client.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "config/base/clock.hpp"
#include "config/schema/settings.hpp"
#include "net/loop/flusher.hpp"
#include "net/loop/loop.hpp"
#include "net/transport/outbox.hpp"
#include "tests/fixtures/session_fixture.hpp"

namespace roost::sim {

/// Follows the rules of websocket::websocket_session: credit, a bounded outbox, drained(), and a
/// close that flushes first. Owns: its handler, its outbox, the bytes between the two sides. Runs
/// on: its loop, and the simulation between two steps. Ends: with its last session_ptr.
class client_session final : public tests::socketless_session,
                             private net::flush_node,
                             private net::timer_node {
 public:
  /// `window_bytes`: how many unread bytes the network buffers before it accepts no more.
  client_session(net::loop& home, const settings::limit_settings& limits, std::size_t window_bytes);
  ~client_session() override = default;

  bool send(const net::encoded_ptr& message, net::flush_class urgency) override;
  void close(errc why) override;
  bool is_open() const override { return phase_ == phase::open; }
  std::size_t queued_bytes() const override { return outbox_.charged_bytes(); }
  bool free_space(std::size_t bytes, std::size_t queued_max) override;
  void notify_when_drained(std::size_t queued_max) override;

  // The client's side; call these functions between two steps of the loop.

  /// The client sends a message.
  void say(std::string text) { inbound_.push_back(std::move(text)); }
  /// Delivers the oldest sent message to the server, if there is credit. False: it delivered none.
  bool deliver_one();
  /// The payload of the next complete message, if one has arrived.
  std::optional<std::string> read();
  /// The client disappears. Undelivered messages of both directions are lost.
  void cut();
  /// Whether the server has closed the session and the client has read everything before the close.
  bool is_over() const;
  bool has_ended() const { return phase_ == phase::ended; }
  net::loop& home() const { return home_; }

  std::uint64_t unanswered_messages() const { return messages_sent - messages_answered; }
  /// Whether the outbox charges bytes although it is empty.
  bool broke_charges() const { return outbox_.empty() && outbox_.charged_bytes() != 0; }
  /// Whether more credit was returned than taken.
  bool broke_credit() const {
    return messages_answered > messages_sent || bytes_answered > bytes_sent;
  }

 private:
  enum class phase : std::uint8_t { open, closing, ended };
  flush_result flush_once(std::span<char> scratch) override;
  void expired() override { end(); }
  void wake_flusher(net::flush_class urgency);
  void window_opened();
  void notify_if_drained();
  void end();
  bool has_credit() const;

  net::loop& home_;
  const settings::limit_settings& limits_;
  std::size_t window_bytes_;
  phase phase_ = phase::open;
  net::outbox outbox_;
  std::string wire_;  // bytes that the server wrote and the client has not read
  std::deque<std::string> inbound_;
  bool waits_writable_ = false;
  bool wants_drained_ = false;
  std::size_t drained_at_ = 0;
  bool is_drained_posted_ = false;
};

}  // namespace roost::sim
