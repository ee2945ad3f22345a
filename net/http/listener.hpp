// SPDX-License-Identifier: Apache-2.0
// Accepts connections on one listening socket of one loop.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "net/http/http_port.hpp"
#include "net/http/http_server_context.hpp"
#include "net/loop/timer_wheel.hpp"

namespace roost::net::http {

/// Owns: an acceptor and the port of its sessions. Runs on: its loop, except where noted. Ends:
/// with the server, after the loop has stopped; then it closes the remaining sessions.
class listener final : private timer_node {
 public:
  /// Takes ownership of the descriptor. Any thread.
  listener(loop& home, const http_server_context& shared, port_role role, int descriptor,
           boost::asio::ip::tcp protocol);
  ~listener();
  /// Any thread.
  void start();
  /// Any thread. Posts to the loop, which closes the acceptor and the idle sessions.
  void stop();

 private:
  static constexpr int accepts_max = 64;
  void expired() override { accept_some(); }
  void wait();
  void accept_some();
  void serve(boost::asio::ip::tcp::socket socket, const address_bytes& peer);
  void refuse(boost::asio::ip::tcp::socket socket, const address_bytes& peer);
  void pause(int why);
  void close_acceptor();

  http_port port_;
  bool is_paused_ = false;
  boost::asio::ip::tcp::acceptor acceptor_;
};

}  // namespace roost::net::http
