// SPDX-License-Identifier: Apache-2.0
// A thread with an event loop. Only its source includes Asio.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "config/base/clock.hpp"

namespace roost::cluster {

/// Waits for one socket. Owns: the file descriptor. Runs on: the loop's thread. Ends: any time;
/// afterwards no callback runs.
class socket_watch {
 public:
  virtual ~socket_watch() = default;
  /// Calls back once, when the socket can be read, also when it has ended. At most one wait of each
  /// direction at a time.
  virtual void wait_readable(std::function<void()> ready) = 0;
  virtual void wait_writable(std::function<void()> ready) = 0;
  /// Opens another connection to the same peer, and passes on the first line that it says, without
  /// the end of the line. Empty: none came in time. At most one at a time.
  virtual void read_greeting(milliseconds timeout, std::function<void(std::string)> done) = 0;
  /// Ends the connection in both directions, also for other users of the socket.
  virtual void shut() = 0;
};

/// Owns: one thread. Runs on: any thread may post; everything that was posted runs on the loop's
/// thread, in order. Ends: the destructor drops what has not run yet and waits for the thread.
class event_loop {
 public:
  event_loop();
  event_loop(const event_loop&) = delete;
  event_loop& operator=(const event_loop&) = delete;
  ~event_loop();

  void post(std::function<void()> run);
  /// Runs it on the loop's thread after the delay, unless the loop ends before.
  void after(milliseconds delay, std::function<void()> run);
  bool is_this_thread() const;
  /// Takes over the descriptor of a connected TCP socket, and bounds what the kernel holds unsent.
  /// Call it on the loop's thread.
  std::unique_ptr<socket_watch> watch(int socket);

 private:
  struct reactor;  // hides Asio
  std::unique_ptr<reactor> reactor_;
  std::thread thread_;
};

}  // namespace roost::cluster
