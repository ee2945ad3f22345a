// SPDX-License-Identifier: Apache-2.0
#include "net/http/client/http_get.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <optional>
#include <string>

namespace roost::net::http {
namespace {

namespace beast_http = boost::beast::http;
using boost::asio::ip::tcp;
using boost::system::error_code;

struct url_parts {
  std::string host;  ///< without brackets
  std::string port = "80";
  std::string authority;
  std::string path = "/";
};

std::optional<url_parts> split_url(std::string_view url) {
  constexpr std::string_view scheme = "http://";
  if (!url.starts_with(scheme)) return std::nullopt;
  url.remove_prefix(scheme.size());
  url_parts out;
  const auto slash = url.find('/');
  if (slash != std::string_view::npos) out.path = url.substr(slash);
  auto authority = url.substr(0, slash);
  out.authority = authority;
  const auto colon = authority.rfind(':');
  if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
    out.port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
  }
  if (authority.starts_with('[') && authority.ends_with(']')) {
    authority = authority.substr(1, authority.size() - 2);
  }
  if (authority.empty() || out.port.empty()) return std::nullopt;
  out.host = authority;
  return out;
}

/// Sends one request. Owns: its connection. Runs on: the caller's thread. Ends: with run().
class get_request {
 public:
  get_request(const url_parts& url, std::chrono::milliseconds timeout) : url_(url) {
    stream_.expires_after(timeout);
    request_.method(beast_http::verb::get);
    request_.target(url.path);
    request_.set(beast_http::field::host, url.authority);
    request_.set(beast_http::field::connection, "close");
  }

  /// Returns the status, or nullopt; then why() returns the reason.
  std::optional<int> run() {
    tcp::resolver resolver{context_};
    const auto found = resolver.resolve(url_.host, url_.port, failed_);
    if (failed_) return std::nullopt;
    stream_.async_connect(found, [this](error_code e, const tcp::endpoint&) {
      if (!done(e)) send();
    });
    context_.run();
    return status_;
  }
  std::string why() const { return failed_.message(); }

 private:
  bool done(error_code failed) {
    failed_ = failed;
    return failed_.failed();
  }
  void send() {
    beast_http::async_write(stream_, request_, [this](error_code e, std::size_t) {
      if (!done(e)) receive();
    });
  }
  void receive() {
    parser_.skip(true);  // no body is read
    beast_http::async_read_header(stream_, buffer_, parser_, [this](error_code e, std::size_t) {
      if (!done(e)) status_ = static_cast<int>(parser_.get().result_int());
    });
  }

  const url_parts& url_;
  boost::asio::io_context context_;
  boost::beast::tcp_stream stream_{context_};
  boost::beast::flat_buffer buffer_;
  beast_http::request<beast_http::empty_body> request_;
  beast_http::response_parser<beast_http::string_body> parser_;
  error_code failed_;
  std::optional<int> status_;
};

}  // namespace

result<int> http_get_status(std::string_view url, std::chrono::milliseconds timeout) {
  const auto parts = split_url(url);
  if (!parts) return error{errc::bad_request, "is not a URL such as http://127.0.0.1:4000"};
  get_request request{*parts, timeout};
  if (const auto status = request.run()) return *status;
  return error{errc::unavailable, "cannot be reached: " + request.why()};
}

}  // namespace roost::net::http
