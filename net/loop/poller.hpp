// SPDX-License-Identifier: Apache-2.0
// Edge-triggered epoll: each socket is registered once, for as long as it is open.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cstddef>
#include <cstdint>

namespace roost::net {

/// The callback of a watched socket. Runs on: its loop.
class poll_handler {
 public:
  /// `events` are epoll's flags (EPOLLIN, EPOLLOUT, EPOLLRDHUP, ...). Edge-triggered: each change
  /// is reported once, so remember that the socket is ready until recv() or send() returns EAGAIN.
  /// The callback may destroy this object and others.
  virtual void ready(std::uint32_t events) = 0;

 protected:
  ~poll_handler() = default;
};

/// Dispatches epoll events to sessions. Asio arms a socket again for each message, with a system
/// call; this class arms it once.
/// Owns: an epoll instance, which is registered with the loop's own. Runs on: its loop. Ends: with
/// the loop, after the sockets.
class poller {
 public:
  static constexpr std::size_t batch_max = 64;

  explicit poller(boost::asio::io_context& context);
  poller(const poller&) = delete;
  poller& operator=(const poller&) = delete;

  /// Registers a socket. False: the kernel refused it.
  bool add(int socket, poll_handler& handler);
  /// Unregisters a socket and discards its events that are not dispatched yet.
  void remove(int socket, poll_handler& handler);
  /// Starts waiting for events, unless it waits already. The loop calls this after each iteration.
  void arm();
  /// Number of events dispatched since the start.
  std::uint64_t dispatched() const { return dispatched_; }

 private:
  void dispatch();

  boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type> epoll_;
  std::array<epoll_event, batch_max> batch_{};
  std::size_t next_ = 0;  // index in batch_ of the next event to dispatch
  std::size_t end_ = 0;
  std::uint64_t dispatched_ = 0;
  std::size_t sockets_ = 0;
  bool is_waiting_ = false;
};

}  // namespace roost::net
