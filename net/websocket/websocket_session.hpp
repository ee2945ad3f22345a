// SPDX-License-Identifier: Apache-2.0
// The state of one WebSocket client. Private to net/websocket.
#pragma once

#include <boost/asio/post.hpp>
#include <chrono>
#include <memory>
#include <span>
#include <string_view>

#include "net/limits/token_bucket.hpp"
#include "net/loop/flusher.hpp"
#include "net/loop/loop.hpp"
#include "net/loop/partial_messages.hpp"
#include "net/loop/poller.hpp"
#include "net/loop/timer_wheel.hpp"
#include "net/transport/byte_stream.hpp"
#include "net/transport/outbox.hpp"
#include "net/transport/session.hpp"
#include "net/websocket/frame_parser.hpp"
#include "net/websocket/session_context.hpp"

namespace roost::net::websocket {

/// A WebSocket session. Owns: its stream, outbox, parser and handler; no read buffer, only the
/// bytes of incomplete or unparsed messages. Runs on: its loop. Ends: when the stream is closed and
/// no session_ptr is left.
///
/// The functions of `session` never call the handler, so the handler may call them. The handler is
/// called only from socket events, timers, flushes and posted work of the loop.
class websocket_session final : public session,
                                private timer_node,
                                private flush_node,
                                private poll_handler,
                                private partial_messages::holder {
 public:
  websocket_session(loop& home, byte_stream stream, const session_context& context,
                    const address_bytes& peer);
  ~websocket_session() override;
  void start(std::string_view early, connect_info info);

  bool send(const encoded_ptr& message, flush_class urgency) override;
  void close(errc why) override;
  void release_credit(std::uint32_t bytes_in) override;
  void add_credit_debt(std::uint32_t messages) override;
  bool is_open() const override { return phase_ == phase::open; }
  std::size_t queued_bytes() const override { return outbox_.charged_bytes(); }
  bool free_space(std::size_t bytes, std::size_t queued_max) override;
  void notify_when_drained(std::size_t queued_max) override;

 private:
  enum class phase : std::uint8_t {
    open,
    closing,    ///< our close frame is queued or sent; waits for the peer's close frame
    lingering,  ///< close frames exchanged, or protocol error: writes the rest, waits for a FIN
    ended,
  };

  // Reading (websocket_session_io.cpp)
  void ready(std::uint32_t events) override;
  void read_soon();
  void read();
  /// Calls `step` with this session in a later handler of the loop.
  template <class Step>
  void post(Step step) {
    boost::asio::post(home_.context(), [keep = session_ptr(this), step] {
      step(static_cast<websocket_session&>(*keep));
    });
  }
  void take(std::string_view input);
  void handle(parsed found);
  void message(bytes_ptr data, bool is_binary);
  void pong(std::string_view payload);
  bool has_credit() const;
  void pause(std::string_view rest);
  bytes_ptr take_rest();
  void resume_soon();
  void resume();
  void read_on();
  void track_partial();
  void drop_partial();
  void evict_partial() override;
  void move_inbound(std::int64_t bytes);
  void charge(std::size_t bytes);
  std::chrono::milliseconds rate_wait() const;

  // Timeouts and pings (websocket_session_watch.cpp)
  void expired() override;
  void close_timed_out();
  void arm_timer();
  std::chrono::milliseconds silence() const;
  void ping();

  // Writing (websocket_session_io.cpp)
  flush_result flush_once(std::span<char> scratch) override;
  io_result write_some(std::span<char> scratch);
  bool is_write_blocked() const { return write_next_ != io_next::call_again; }
  void writable();
  void written();
  void notify_if_drained();
  void count(outbox::push_report done);
  void wake_flusher(flush_class urgency);

  // Closing
  void peer_closed(std::string_view payload);
  void refuse_protocol_error(errc why);
  void queue_close(std::uint16_t code, std::string_view reason);
  void overflowed();
  void begin_closing(std::uint16_t code, std::string_view reason);
  void linger();
  void stop_sending();
  void end_soon();
  void lost(int reason);
  void end();
  void notify_closed();

  loop& home_;
  const session_context& shared_;
  byte_stream stream_;
  std::unique_ptr<connection_handler> handler_;
  session_ptr self_;  ///< keeps the session alive until it ends
  outbox outbox_;
  frame_parser parser_;
  partial_messages::entry_handle partial_ = nullptr;  ///< entry of the parser's incomplete message
  bytes_ptr rest_;                                    ///< read but not parsed, while out of credit
  std::unique_ptr<limits::token_bucket> bytes_;       ///< null if rates.connection.bytes is not set
  time_point last_received_;
  std::uint32_t pong_bytes_ = 0;  ///< bytes of the last read that were pongs to our pings
  std::uint32_t unanswered_messages_ = 0;
  std::uint32_t unanswered_bytes_ = 0;
  std::uint32_t drained_at_ = 0;  ///< with wants_drained_: the threshold, in queued bytes
  std::uint16_t pings_ = 0;       ///< pings since the client last sent something else
  std::uint16_t code_;
  phase phase_ = phase::open;
  bool is_paused_ = false;                         ///< out of credit
  bool is_rate_limited_ = false;                   ///< not read because of rates.connection.bytes
  io_next read_next_ = io_next::would_block_read;  ///< call_again: a read may return more
  io_next write_next_ = io_next::call_again;       ///< else the flusher does not try a write
  bool sees_end_ = false;  ///< epoll reported a FIN or an error; bytes may still come before it
  bool is_read_posted_ = false;
  bool is_resume_posted_ = false;
  bool wants_drained_ = false;
  bool is_drained_posted_ = false;
  bool has_stopped_sending_ = false;
  bool is_closed_here_ = false;  ///< the first close frame was ours
};

}  // namespace roost::net::websocket
