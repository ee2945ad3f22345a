// SPDX-License-Identifier: Apache-2.0
// Lets nats.c read and write its socket on an event loop.
#pragma once

#include <nats/nats.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "cluster/nats/event_loop.hpp"

namespace roost::cluster {

/// The event loop adapter of one natsConnection (natsOptions_SetEventLoop). nats.c calls it with
/// the connection's lock held, on the loop's thread, on its own reconnect and ping threads, and on
/// the one that connects. So nothing here calls nats.c inside such a call; it is posted.
///
/// nats.c closes its descriptor when it likes, so the loop watches a duplicate of it.
/// Owns: the watch of the socket. Runs on: any thread; the events on the loop's. Ends: after
/// `detached`, or after a natsConnection_Connect() that failed.
class nats_socket : public std::enable_shared_from_this<nats_socket> {
 public:
  /// `attached`: connected, at first or again. nats.c may still be restoring the subscriptions,
  /// with its lock held, so any call of it waits for that. `lost`: nats.c reconnects by itself.
  /// `read`: messages may have arrived. `written`: some of what waited may be on its way.
  /// `detached`: the connection is closed for good.
  struct events {
    std::function<void()> attached;
    std::function<void()> lost;
    std::function<void()> read;
    std::function<void()> written;
    std::function<void()> detached;
  };

  nats_socket(event_loop& loop, events to) : loop_(loop), events_(std::move(to)) {}

  natsStatus use_in(natsOptions* options);
  /// False as soon as nats.c gave up the socket, before `lost`; true from `attached` on. Any
  /// thread.
  bool is_attached() const {
    const auto now = attached_.load(std::memory_order_acquire);
    return now != 0 && now == opened_.load(std::memory_order_acquire);
  }
  /// See socket_watch. On the loop's thread; nothing happens once the socket is lost.
  void read_greeting(milliseconds timeout, std::function<void(std::string)> done);
  void shut();

 private:
  static natsStatus attach(void** user, void* self, natsConnection* connection, natsSock socket);
  static natsStatus read(void* user, bool is_added);
  static natsStatus write(void* user, bool is_added);
  static natsStatus detach(void* user);

  void open(int duplicate, unsigned number);
  void close();
  void await_read();
  void await_write();

  event_loop& loop_;
  events events_;
  // A socket that nats.c has replaced may still be open here, so each has a number: 1, 2, 3, …
  std::atomic<unsigned> attached_{0};     // the number of nats.c's socket; 0: it has none
  std::atomic<unsigned> opened_{0};       // the number of the socket that the loop watches
  unsigned sockets_ = 0;                  // so far; under the lock of nats.c, as the next two
  natsConnection* connection_ = nullptr;  // set before the first post
  natsSock socket_ = -1;                  // of nats.c
  // Only on the loop's thread:
  std::unique_ptr<socket_watch> watch_;
  bool wants_write_ = false;
  bool awaits_write_ = false;
};

}  // namespace roost::cluster
