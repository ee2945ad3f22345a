// Sockets that stay registered with the kernel for as long as they live.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cstddef>
#include <cstdint>

namespace roost::net {

/// Whose socket is watched. Runs on: its loop.
class polled {
 public:
  /// What has changed, as epoll says it (EPOLLIN, EPOLLOUT, EPOLLRDHUP, ...); once for each change,
  /// so what is there has to be taken until there is no more. May end this and others.
  virtual void ready(std::uint32_t events) = 0;

 protected:
  ~polled() = default;
};

/// Asio arms a socket anew for each message, by a system call; this arms it once, edge-triggered.
/// Owns: an epoll instance, which waits inside its loop's. Runs on: its loop. Ends: with the loop,
/// after the sockets.
class poller {
 public:
  static constexpr std::size_t batch_max = 64;

  explicit poller(boost::asio::io_context& context);
  poller(const poller&) = delete;
  poller& operator=(const poller&) = delete;

  /// False: the kernel takes no more.
  bool add(int socket, polled& who);
  /// Nothing more is told, also of what the kernel has said already.
  void remove(int socket, polled& who);
  /// Waits for the next change, unless it does. After each turn of the loop.
  void arm();
  /// How often somebody was told, since the start.
  std::uint64_t told() const { return told_; }

 private:
  void tell();

  boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type> epoll_;
  std::array<epoll_event, batch_max> batch_{};
  std::size_t next_ = 0;  // in the batch that is told
  std::size_t end_ = 0;
  std::uint64_t told_ = 0;
  std::size_t sockets_ = 0;
  bool waits_ = false;
};

}  // namespace roost::net
