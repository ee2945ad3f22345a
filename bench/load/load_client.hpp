// SPDX-License-Identifier: Apache-2.0
// WebSocket load client: one thread with many connections that join rooms and receive frames.
#pragma once

#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/load_clock.hpp"
#include "bench/load/load_frames.hpp"
#include "bench/load/options.hpp"

namespace roost::bench {

struct connection {
  enum class stage : std::uint8_t { closed, connecting, upgrading, joining, joined };
  int fd = -1;
  stage at = stage::closed;
  unsigned index = 0;  ///< of this connection, from 0
  unsigned room = 0;
  std::uint64_t pushed = 0;     ///< pushes sent
  std::uint64_t delivered = 0;  ///< broadcasts received; counted by the scenario
  std::int64_t pushed_at_ns = 0;
  std::string unread;  ///< received start of an incomplete frame
  std::string unsent;  ///< rest of a partial write
};

/// Counters of received frames since the last reset.
struct frame_counters {
  std::uint64_t deliveries = 0;
  std::uint64_t delivery_bytes = 0;
  std::uint64_t replies = 0;
  std::uint64_t reply_bytes = 0;
  std::uint64_t refused = 0;  ///< replies with an error status
  std::int64_t idle_ns = 0;   ///< busy polling: spare time, in polls without events
};

/// Owns: its sockets and its epoll instance. Runs on: one thread. Ends: its destructor, which
/// resets the connections (RST), so that no port stays in TIME_WAIT.
class client {
 public:
  client(const options& options, push_kind kind);
  ~client();
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  /// Opens `count` connections and joins connection i to room i % rooms. Returns an empty string
  /// when all have joined, else an error text. `port`: of another node; 0: that of the options.
  std::string ramp(unsigned count, unsigned rooms, std::uint16_t port = 0);
  void close_all();

  /// Polls once and calls `take(connection&, const server_frame&)` for each delivery and reply.
  template <class Take>
  void poll_once(Take&& take);

  /// Sends `bytes`; buffers the rest of a partial write. False: the socket accepts nothing now,
  /// and nothing was sent.
  bool send(connection& c, std::string_view bytes);

  std::deque<connection>& connections() { return connections_; }
  frame_counters& counts() { return counts_; }
  unsigned lost() const { return lost_; }

 private:
  static constexpr std::size_t read_bytes = 1 << 18;

  bool open_one(connection& c, std::uint16_t port);
  void advance(connection& c, std::uint32_t events);
  void finish_upgrade(connection& c);
  void lose(connection& c);
  void flush(connection& c);
  /// Reads from the socket. Returns the bytes kept in `unread`, followed by the new bytes.
  std::string_view receive(connection& c);
  void count(const server_frame& frame);
  /// Reads once and handles the complete frames. True: the buffer was full, so more may follow.
  template <class Take>
  bool take_frames(connection& c, Take& take);

  options options_;
  push_kind kind_;
  int poll_ = -1;
  std::deque<connection> connections_;
  std::vector<char> buffer_;
  std::array<epoll_event, 512> events_{};
  frame_counters counts_;
  unsigned opening_ = 0;
  unsigned joined_ = 0;
  unsigned lost_ = 0;
};

inline void client::count(const server_frame& frame) {
  if (frame.is_delivery()) {
    ++counts_.deliveries;
    counts_.delivery_bytes += frame.wire_bytes;
    return;
  }
  if (!frame.is_ok_reply() && frame.is_presence_state()) return;
  ++counts_.replies;
  counts_.reply_bytes += frame.wire_bytes;
  if (!frame.is_ok_reply()) ++counts_.refused;
}

template <class Take>
bool client::take_frames(connection& c, Take& take) {
  const std::string_view bytes = receive(c);
  const std::size_t used = walk_frames(bytes.data(), bytes.size(), [&](const server_frame& f) {
    if (f.is_control()) {
      if (f.opcode == 8) lose(c);
      return;
    }
    count(f);
    take(c, f);
  });
  if (used < bytes.size()) c.unread.assign(bytes.substr(used));
  return bytes.size() == read_bytes;
}

template <class Take>
void client::poll_once(Take&& take) {
  const std::int64_t before = options_.polls_busy ? now_ns() : 0;
  const int found = epoll_wait(poll_, events_.data(), static_cast<int>(events_.size()),
                               options_.polls_busy ? 0 : options_.block_ms);
  if (found <= 0) {
    if (options_.polls_busy) counts_.idle_ns += now_ns() - before;
    return;
  }
  for (int i = 0; i < found; ++i) {
    auto& c = *static_cast<connection*>(events_[static_cast<std::size_t>(i)].data.ptr);
    const std::uint32_t events = events_[static_cast<std::size_t>(i)].events;
    if (c.at != connection::stage::joined) {
      advance(c, events);
      continue;
    }
    if (!c.unsent.empty()) flush(c);
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) continue;
    // epoll is edge-triggered: after a full buffer, read again, because no further event reports
    // bytes that are left in the socket.
    bool is_full = true;
    while (is_full && c.at == connection::stage::joined) is_full = take_frames(c, take);
  }
}

}  // namespace roost::bench
