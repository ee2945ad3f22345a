// SPDX-License-Identifier: Apache-2.0
// A server that greets as a NATS server does, answers pings, and nothing else.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace roost::tests {

/// Owns: a thread, a port, and its connections. Runs on: any thread. Ends: any time.
class greeting_server {
 public:
  /// `is_many`: each connection is greeted by another server, as behind a load balancer.
  explicit greeting_server(std::string version, bool is_many = false);
  greeting_server(const greeting_server&) = delete;
  greeting_server& operator=(const greeting_server&) = delete;
  ~greeting_server();

  std::string port() const { return std::to_string(port_); }
  std::string url() const { return "nats://127.0.0.1:" + port(); }
  /// Breaks all connections; later ones are greeted with this version.
  void become(const std::string& version);
  int greetings() const { return greetings_; }

 private:
  using socket = boost::asio::ip::tcp::socket;
  void accept();
  void greet(const std::shared_ptr<socket>& to);

  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  int port_ = 0;
  const bool is_many_;
  std::atomic<int> greetings_{0};
  // Only on the thread:
  std::string version_;
  std::vector<std::weak_ptr<socket>> clients_;
  std::thread thread_;
};

}  // namespace roost::tests
