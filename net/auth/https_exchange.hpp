// SPDX-License-Identifier: Apache-2.0
// One HTTP GET and its response on a connection of its own, plain or TLS.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "net/auth/jwks_source.hpp"
#include "net/auth/name_lookup.hpp"
#include "net/auth/url.hpp"

namespace roost::net::auth {

using plain_stream = boost::beast::tcp_stream;
using tls_stream = boost::beast::ssl_stream<boost::beast::tcp_stream>;

/// One exchange. Owns: a connection. Runs on: its context's thread. Ends: when the last handler has
/// run, or with the context.
template <class Stream>
class https_exchange : public std::enable_shared_from_this<https_exchange<Stream>> {
 public:
  /// `stream_args`: the constructor arguments of Stream.
  template <class... Args>
  https_exchange(boost::asio::io_context& context, const url& target, name_resolver resolve,
                 Args&&... stream_args)
      : url_(target),
        lookup_(context, std::move(resolve)),
        stream_(std::forward<Args>(stream_args)...) {}

  void start(const std::string& etag) {
    prepare(etag);
    lookup_.start(url_.host, url_.port,
                  [self = this->shared_from_this()](const lookup_result& got) {
                    if (!self->failed("look-up", got.failed)) self->connect(got.found);
                  });
  }
  bool is_finished() const { return response_.status != 0 || !response_.why.empty(); }
  /// Aborts the exchange with this reason, unless it has finished.
  void abort(const char* why) {
    if (is_finished()) return;
    response_.why = why;
    lookup_.cancel();
    close();
  }
  const jwks_response& response() const { return response_; }

 private:
  using tcp = boost::asio::ip::tcp;
  using error_code = boost::system::error_code;
  static constexpr bool is_tls = std::is_same_v<Stream, tls_stream>;
  static constexpr std::uint32_t header_bytes_max = 16'384;

  void prepare(const std::string& etag) {
    using boost::beast::http::field;
    request_.method(boost::beast::http::verb::get);
    request_.target(url_.target);
    request_.set(field::host, url_.authority);
    request_.set(field::accept, "application/json");
    request_.set(field::user_agent, "roost");
    request_.set(field::connection, "close");
    if (!etag.empty()) request_.set(field::if_none_match, etag);
    parser_.header_limit(header_bytes_max);
    parser_.body_limit(jwks_bytes_max);
  }
  void connect(const std::vector<tcp::endpoint>& found) {
    boost::beast::get_lowest_layer(stream_).async_connect(
        found, [self = this->shared_from_this()](error_code e, const tcp::endpoint&) {
          if (!self->failed("connect", e)) self->secure();
        });
  }
  void secure() {
    if constexpr (is_tls) {
      stream_.set_verify_callback(boost::asio::ssl::host_name_verification{url_.host});
      error_code not_an_address;
      boost::asio::ip::make_address(url_.host, not_an_address);
      // SNI tells a server with several names which certificate to send (RFC 6066 section 3).
      // SNI must not contain an IP address.
      if (not_an_address) SSL_set_tlsext_host_name(stream_.native_handle(), url_.host.c_str());
      stream_.async_handshake(boost::asio::ssl::stream_base::client,
                              [self = this->shared_from_this()](error_code e) {
                                if (!self->failed("TLS", e)) self->send();
                              });
    } else {
      send();
    }
  }
  void send() {
    boost::beast::http::async_write(stream_, request_,
                                    [self = this->shared_from_this()](error_code e, std::size_t) {
                                      if (!self->failed("send", e)) self->receive();
                                    });
  }
  void receive() {
    boost::beast::http::async_read(stream_, buffer_, parser_,
                                   [self = this->shared_from_this()](error_code e, std::size_t) {
                                     if (!self->failed("answer", e)) self->finish();
                                   });
  }
  void finish() {
    auto& got = parser_.get();
    response_.status = static_cast<int>(got.result_int());
    response_.etag = std::string{got[boost::beast::http::field::etag]};
    response_.body = std::move(got.body());
    close();
  }
  bool failed(const char* step, error_code e) {
    if (is_finished()) return true;
    if (!e) return false;
    response_.why = std::string{step} + ": " + e.message();
    close();
    return true;
  }
  // Closes TCP without a TLS shutdown: the response is complete, and waiting for the peer's
  // close_notify would only block the thread.
  void close() { boost::beast::get_lowest_layer(stream_).close(); }

  url url_;
  name_lookup lookup_;
  Stream stream_;
  boost::beast::flat_buffer buffer_;
  boost::beast::http::request<boost::beast::http::empty_body> request_;
  boost::beast::http::response_parser<boost::beast::http::string_body> parser_;
  jwks_response response_;
};

}  // namespace roost::net::auth
