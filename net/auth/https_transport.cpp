// SPDX-License-Identifier: Apache-2.0
#include "net/auth/https_transport.hpp"

#include <exception>
#include <utility>

#include "net/auth/https_exchange.hpp"

namespace roost::net::auth {

namespace {

namespace asio = boost::asio;

}  // namespace

result<std::unique_ptr<https_transport>> https_transport::open(std::string_view address,
                                                               const https_options& options) {
  auto target = parse_url(address);
  if (!target) return error{errc::bad_setting, "is not an http or https URL"};
  std::unique_ptr<https_transport> out{new https_transport{std::move(*target), options}};
  boost::system::error_code failed;
  auto& tls = out->tls_;
  tls.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                  asio::ssl::context::no_tlsv1_1);
  tls.set_verify_mode(asio::ssl::verify_peer);
  if (options.ca_file.empty()) {
    tls.set_default_verify_paths(failed);
  } else {
    tls.load_verify_file(options.ca_file, failed);
  }
  if (failed) return error{errc::bad_setting, "no trusted certificates: " + failed.message()};
  return out;
}

template <class Stream, class... Args>
jwks_response https_transport::run(const std::string& etag, Args&... stream_args) {
  const auto deadline = time_point::clock::now() + timeout_;
  const auto exchange =
      std::make_shared<https_exchange<Stream>>(context_, url_, resolve_, stream_args...);
  exchange->start(etag);
  while (!exchange->is_finished() && context_.run_one_until(deadline) != 0) {
  }
  exchange->abort("no answer in time");
  return exchange->response();
}

jwks_response https_transport::get(const std::string& etag) try {
  context_.restart();
  // Checked after restart(), which undoes the stop() of an earlier cancel().
  if (is_cancelled_) return {0, {}, {}, "cancelled"};
  return url_.is_secure ? run<tls_stream>(etag, context_, tls_) : run<plain_stream>(etag, context_);
} catch (const std::exception& failed) {
  // Asio throws if the system is out of sockets.
  return {0, {}, {}, failed.what()};
}

void https_transport::cancel() {
  is_cancelled_ = true;
  context_.stop();
}

}  // namespace roost::net::auth
