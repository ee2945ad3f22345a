// SPDX-License-Identifier: Apache-2.0
#include "net/auth/jwks_fetcher.hpp"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace roost::net::auth {

namespace {

time_point now() { return time_point::clock::now(); }

jwks_response response_of(const result<http::http_client_response>& answer) {
  if (!answer) return {0, {}, {}, answer.failure().detail};
  return {answer->status, answer->body, std::string{answer->header("etag")}, {}};
}

}  // namespace

http::http_request jwks_request(const std::string& url) {
  return {.url = url,
          .headers = {"Accept: application/json"},
          .answer_bytes_max = jwks_bytes_max,
          .keeps_connection = false};  // the next fetch is minutes away
}

jwks_fetcher::jwks_fetcher(http::http_request request, listener on_report, jwks_timing timing)
    : request_(std::move(request)), on_report_(std::move(on_report)), source_(timing) {
  thread_ = std::thread{[this] {
    const auto work = boost::asio::make_work_guard(context_);
    arm();
    context_.run();
  }};
}

jwks_fetcher::~jwks_fetcher() {
  context_.stop();
  thread_.join();
}

void jwks_fetcher::key_was_unknown() {
  // At most one waits, so that bad tokens cannot fill the queue.
  if (is_unknown_posted_.exchange(true)) return;
  boost::asio::post(context_, [this] {
    is_unknown_posted_ = false;
    source_.key_was_unknown(now());
    arm();
  });
}

void jwks_fetcher::fetch_now() {
  boost::asio::post(context_, [this] {
    source_.fetch_now(now());
    arm();
  });
}

void jwks_fetcher::arm() {
  if (source_.due() == time_point::max()) return;  // the end of the running fetch arms it again
  // The first due() is time_point::min(), with which Asio's arithmetic would overflow.
  timer_.expires_at(std::max(source_.due(), now()));
  timer_.async_wait([this](const boost::system::error_code& failed) {
    // A wait that arm() has replaced may have ended already.
    if (!failed && source_.due() <= now()) fetch();
  });
}

void jwks_fetcher::fetch() {
  auto request = request_;
  const auto& etag = source_.begin(now());
  if (!etag.empty()) request.headers.push_back("If-None-Match: " + etag);
  const auto sent =
      client_.send(std::move(request),
                   [this](const result<http::http_client_response>& answer) { finish(answer); });
  if (!sent) finish(sent.failure());
}

void jwks_fetcher::finish(const result<http::http_client_response>& answer) {
  const auto report = source_.finish(response_of(answer), now());
  on_report_(report, source_.keys());
  arm();
}

}  // namespace roost::net::auth
