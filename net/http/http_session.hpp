// SPDX-License-Identifier: Apache-2.0
// HTTP session of one TCP connection, until it is upgraded or closed.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "net/http/admin_api/api_handler.hpp"
#include "net/http/client_admission.hpp"
#include "net/http/http_port.hpp"
#include "net/http/message/http_response.hpp"
#include "net/http/message/request_framing.hpp"
#include "net/http/message/request_target.hpp"
#include "net/http/upgrade/handshake.hpp"
#include "net/loop/timer_wheel.hpp"

namespace roost::net::http {

/// An HTTP session. Owns: its socket and the bytes of an incomplete request; an idle session holds
/// no buffer. Runs on: its port's loop. Ends: when closed or upgraded; a pending wait keeps it
/// alive.
///
/// Reads and writes are direct non-blocking calls; it waits only if a call would block. Each loop
/// handler serves at most one pipelined request.
class http_session final : public std::enable_shared_from_this<http_session>,
                           public port_session,
                           private timer_node {
 public:
  static constexpr std::uint32_t header_bytes_max = 16 * 1024;
  static constexpr std::uint64_t body_bytes_max = 64 * 1024;

  http_session(http_port& home, boost::asio::ip::tcp::socket socket, const address_bytes& peer);
  void start();
  void end() override;
  bool is_idle() const override { return phase_ == phase::reading && input_.empty() && !parser_; }

 private:
  enum class phase : std::uint8_t { reading, waiting, writing, lingering, ended };
  using body = boost::beast::http::string_body;

  void expired() override;
  void wait();
  void continue_io();
  void read();
  void discard();
  void proceed();
  // reading one request (http_session_head.cpp)
  bool next_request();
  bool begin_request();
  bool parse();
  bool read_head();
  void discard_trailers();
  bool check_expectation();
  void refuse_input(const boost::system::error_code& why);
  void refuse_head(const framing_fault& fault);
  bool is_api_request(const request_target& target) const;
  void serve_page(std::string_view path);
  bool is_admitted(client_admission::admission_result result);
  void end_pending();
  void dispatch();
  // the upgrade (http_session_upgrade.cpp)
  void upgrade(const mount& at, std::string_view query);
  void log_refused_upgrade(errc why, const mount& at) const;
  void start_websocket(upgrade_accepted accepted);
  // the server API (http_session_api.cpp)
  result<void> check_api_head(std::string_view path);
  result<void> check_admin_page(std::string_view path) const;
  void serve_api(const request_target& target);
  void wait_for_api(api_request request);
  void api_finished(const api_result& got);
  void api_timed_out();
  void reply_api(const api_result& got);

  void reply(const http_response& response, bool keep_alive);
  void write();
  void written();
  void linger();
  std::chrono::milliseconds deadline() const;
  std::uint64_t body_limit() const;

  http_port& home_;
  boost::asio::ip::tcp::socket socket_;
  client_admission admission_;
  phase phase_ = phase::reading;
  bool keeps_alive_ = true;
  bool is_pending_ = false;             ///< public port: counted in upgrades_pending
  bool has_unread_ = false;             ///< the client may still send bytes that are not read
  std::optional<api_route> api_route_;  ///< route of the current API request; nullopt: unknown
  std::uint32_t api_requests_ = 0;      ///< number of API requests; detects late results
  std::size_t header_fields_ = 0;       ///< header fields of the current request, no trailers
  std::shared_ptr<http_session> self_;  ///< keeps it alive while it waits for an API result
  std::string input_;
  std::string output_;
  std::optional<boost::beast::http::request_parser<body>> parser_;
};

}  // namespace roost::net::http
