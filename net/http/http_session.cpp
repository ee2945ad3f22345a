// SPDX-License-Identifier: Apache-2.0
#include "net/http/http_session.hpp"

#include <sys/socket.h>

#include <array>
#include <boost/asio/post.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <cerrno>
#include <utility>

#include "net/http/admin_api/api_request.hpp"
#include "net/http/message/request_target.hpp"
#include "net/http/router.hpp"

namespace roost::net::http {
namespace {

namespace beast_http = boost::beast::http;
using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds linger_max{1'000};

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

std::string_view status_class(unsigned status) {
  constexpr std::array<std::string_view, 4> names{"2xx", "3xx", "4xx", "5xx"};
  return names[(status / 100 - 2) % names.size()];
}

}  // namespace

http_session::http_session(http_port& home, tcp::socket socket, const address_bytes& peer)
    : home_(home),
      socket_(std::move(socket)),
      admission_(home.shared(), home.role(), peer),
      is_pending_(home.role() == port_role::public_port) {
  home_.add(*this);
  if (!is_pending_) return;
  home_.shared().probe.add(metrics::gauge::upgrades_pending, 1);
  home_.shared().pending_connections.fetch_add(1, std::memory_order_relaxed);
}

// Reads at once: under load the request has mostly arrived, which saves an iteration and a timer.
void http_session::start() {
  if (is_admitted(admission_.begin(home_.home().now()))) read();
}

void http_session::end_pending() {
  if (!std::exchange(is_pending_, false)) return;
  home_.shared().probe.add(metrics::gauge::upgrades_pending, -1);
}

/// Returns false if more bytes are needed, or if the connection was refused. A refusal does not
/// parse the request.
bool http_session::is_admitted(client_admission::admission_result result) {
  if (result == client_admission::admission_result::go_on) return true;
  if (result == client_admission::admission_result::need_more) return false;
  has_unread_ = true;
  reply(admission_.refusal(result), false);
  return false;
}

void http_session::end() {
  if (phase_ == phase::ended) return;
  phase_ = phase::ended;
  const auto keep = std::exchange(self_, nullptr);
  timer_node::cancel();
  end_pending();
  if (home_.role() == port_role::public_port) {
    home_.shared().pending_connections.fetch_sub(1, std::memory_order_relaxed);
  }
  home_.remove(*this);
  error_code ignored;
  socket_.close(ignored);
}

void http_session::expired() {
  if (phase_ == phase::waiting) return api_timed_out();
  if (phase_ == phase::reading && !is_idle() && home_.role() == port_role::public_port) {
    home_.shared().probe.add(metrics::counter::handshakes_refused,
                             row_of(errc::handshake_timeout).name);
  }
  end();
}

std::chrono::milliseconds http_session::deadline() const {
  const std::chrono::milliseconds handshake_timeout{home_.shared().config->limits.handshake_ms};
  return phase_ == phase::lingering ? std::min(handshake_timeout, linger_max) : handshake_timeout;
}

/// On the admin port, a publish may contain names in addition to a payload of the maximum size.
std::uint64_t http_session::body_limit() const {
  if (home_.role() == port_role::public_port) return body_bytes_max;
  return body_bytes_max + home_.shared().config->limits.payload_bytes_max;
}

/// Arms the deadline only if it is not running: a client that sends a request slowly does not
/// extend it. A finished response cancels it.
void http_session::wait() {
  if (!timer_node::is_armed()) home_.home().arm(*this, deadline());
  const auto wait_kind =
      phase_ == phase::writing ? tcp::socket::wait_write : tcp::socket::wait_read;
  socket_.async_wait(wait_kind, [self = shared_from_this()](const error_code& failed) {
    failed ? self->end() : self->continue_io();
  });
}

void http_session::continue_io() {
  switch (phase_) {
    case phase::reading:
      return read();
    case phase::writing: {
      write();
      return proceed();
    }
    case phase::lingering:
      return discard();
    case phase::waiting:
    case phase::ended:
      return;
  }
}

void http_session::read() {
  const auto buffer = home_.scratch();
  const auto size = ::recv(socket_.native_handle(), buffer.data(), buffer.size(), 0);
  if (size > 0) {
    input_.append(buffer.data(), static_cast<std::size_t>(size));
    return proceed();
  }
  if (size < 0 && would_block()) return wait();
  end();
}

/// Serves one of the requests that were read and posts itself for the next one, so that a client
/// that pipelines many requests cannot block the loop for others.
void http_session::proceed() {
  if (phase_ != phase::reading) return;
  const bool took_one = next_request();
  if (phase_ != phase::reading) return;
  if (!took_one || input_.empty()) return wait();
  boost::asio::post(home_.home().context(), [self = shared_from_this()] { self->proceed(); });
}

bool http_session::is_api_request(const request_target& target) const {
  return home_.role() == port_role::admin_port && home_.shared().api && is_api_path(target.path);
}

void http_session::dispatch() {
  end_pending();
  const auto& request = parser_->get();
  const auto& shared = home_.shared();
  const auto target = split_target({request.target().data(), request.target().size()});
  if (home_.role() == port_role::public_port) {
    if (const auto* at = find_mount(shared.mounts, target.path)) return upgrade(*at, target.query);
  }
  is_api_request(target) ? serve_api(target) : serve_page(target.path);
}

void http_session::serve_page(std::string_view path) {
  const auto& request = parser_->get();
  const auto& shared = home_.shared();
  const bool is_kept = request.keep_alive() && parser_->is_done();
  if (home_.role() == port_role::admin_port && !is_health_path(path)) {
    const auto access = check_admin_page(path);
    if (!access) {
      return reply(http_error_response(errc::forbidden, access.failure().detail), is_kept);
    }
  }
  const auto etag = request[beast_http::field::if_none_match];
  const page_request page{request.method(), path, {etag.data(), etag.size()}};
  const page_facts facts{shared.state.load(std::memory_order_relaxed), shared.refuses_clients(),
                         shared.is_store_unavailable(),
                         shared.config->listen.demo ? demo_assets() : std::span<const asset>{}};
  reply(home_.role() == port_role::admin_port ? admin_page(page, facts, shared.probe)
                                              : public_page(page, facts),
        is_kept);
}

void http_session::reply(const http_response& response, bool keep_alive) {
  home_.shared().probe.add(metrics::counter::http_requests, status_class(response.status));
  keeps_alive_ = keep_alive && !home_.is_stopped();
  const bool is_head = parser_ && parser_->get().method() == beast_http::verb::head;
  output_ = text_of(response, {.with_body = !is_head, .keep_alive = keeps_alive_});
  parser_.reset();
  timer_node::cancel();
  phase_ = phase::writing;
  write();
}

void http_session::write() {
  const auto size = ::send(socket_.native_handle(), output_.data(), output_.size(), MSG_NOSIGNAL);
  if (size < 0) return would_block() ? wait() : end();
  output_.erase(0, static_cast<std::size_t>(size));
  output_.empty() ? written() : wait();
}

/// Returns to reading after a complete response; the caller continues with pipelined bytes.
void http_session::written() {
  timer_node::cancel();
  if (!keeps_alive_) return has_unread_ || !input_.empty() ? linger() : end();
  output_.shrink_to_fit();
  if (input_.empty()) input_.shrink_to_fit();
  phase_ = phase::reading;
}

/// Lingering close: discards input until the client closes, because a close with unread bytes
/// sends a TCP reset, which can destroy the response before the client reads it.
void http_session::linger() {
  phase_ = phase::lingering;
  input_.clear();
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  discard();
}

void http_session::discard() {
  const auto buffer = home_.scratch();
  const auto size = ::recv(socket_.native_handle(), buffer.data(), buffer.size(), 0);
  if (size == 0 || (size < 0 && !would_block())) return end();
  wait();
}

}  // namespace roost::net::http
