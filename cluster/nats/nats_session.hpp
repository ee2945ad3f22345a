// SPDX-License-Identifier: Apache-2.0
// One natsConnection with its one subscription.
#pragma once

#include <nats/nats.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "cluster/nats/message_rules.hpp"
#include "cluster/nats/nats_message.hpp"
#include "cluster/nats/nats_options.hpp"
#include "cluster/nats/nats_socket.hpp"
#include "cluster/nats/server_greeting.hpp"
#include "config/base/error.hpp"

namespace roost::cluster {

/// nats.c reconnects it by itself. If it gives up, the session is detached, and another one is
/// needed. Owns: the connection and the subscription. Runs on: the loop's thread, except close().
/// Ends: after `detached`.
class nats_session {
 public:
  /// Connects, and blocks for at most the options' timeout for each server. Fails with unavailable.
  static result<std::shared_ptr<nats_session>> open(const nats_options& options, event_loop& loop,
                                                    nats_socket::events events);
  nats_session(const nats_session&) = delete;
  nats_session& operator=(const nats_session&) = delete;
  ~nats_session();

  /// False: nats.c reconnects, or has given up.
  bool is_attached() const { return socket_->is_attached(); }
  /// Passes on the messages that have arrived. Returns how often the server said that nobody
  /// receives a request: nats.c keeps back to whom.
  std::size_t take_messages(const std::function<void(const nats_message&)>& use);
  /// Why it was not sent and will not be; empty: it is on its way. Empty `reply`: none.
  std::string publish(const std::string& subject, const std::string& reply,
                      const message_rule& rule, std::string_view data);
  std::size_t unsent_bytes();
  /// Bytes of headers and data that the server takes in one message.
  std::size_t message_bytes_max();
  /// Asks the server for its greeting, because nats.c keeps the version to itself. None: it could
  /// not be had. Nothing is called once the connection is lost.
  void meet_server(milliseconds timeout, std::function<void(std::optional<met_server>)> done) {
    meet_server(timeout, meetings_max, std::move(done));
  }
  /// Breaks the connection, so that nats.c goes on to the next server.
  void leave_server() { socket_->shut(); }
  /// Closes it for good, and blocks for up to about a second. Not on the loop's thread, which must
  /// run meanwhile.
  void close();

 private:
  explicit nats_session(std::shared_ptr<nats_socket> socket) : socket_(std::move(socket)) {}
  natsStatus connect(const nats_options& options);
  void meet_server(milliseconds timeout, int times,
                   std::function<void(std::optional<met_server>)> done);
  std::string server_id();

  static constexpr int meetings_max = 5;
  std::shared_ptr<nats_socket> socket_;
  natsOptions* options_ = nullptr;
  natsConnection* connection_ = nullptr;
  natsSubscription* subscription_ = nullptr;
};

}  // namespace roost::cluster
