// Accepts connections on one listening socket of one loop.
#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <span>
#include <vector>

#include "net/http/http_session.hpp"
#include "net/http/site.hpp"
#include "net/loop.hpp"
#include "net/transport/timer_wheel.hpp"

namespace roost::net::http {

/// Owns: an acceptor, and one read buffer for all its sessions. Runs on: its loop, except where
/// noted. Ends: with the server, after the loop has stopped; then it closes the remaining sessions.
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

  loop& home() { return home_; }
  const http_server_context& shared() const { return shared_; }
  port_role role() const { return role_; }
  bool is_stopped() const { return is_stopped_; }
  /// Shared read buffer, valid within one handler only: the next session overwrites it.
  std::span<char> scratch() { return scratch_; }
  void add(http_session& s);
  void remove(const http_session& s);

 private:
  static constexpr int accepts_max = 64;
  void expired() override { accept_some(); }
  void wait();
  void accept_some();
  void welcome(boost::asio::ip::tcp::socket socket, const address_bytes& peer);
  void turn_away(boost::asio::ip::tcp::socket socket, const address_bytes& peer);
  void pause(int why);
  void close_acceptor();

  loop& home_;
  const http_server_context& shared_;
  port_role role_;
  bool is_stopped_ = false;
  bool is_paused_ = false;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::vector<http_session*> sessions_;
  std::array<char, 16 * 1024> scratch_;
};

}  // namespace roost::net::http
