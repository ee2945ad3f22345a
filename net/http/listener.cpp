// SPDX-License-Identifier: Apache-2.0
#include "net/http/listener.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include "config/telemetry/log.hpp"
#include "net/http/http_session.hpp"
#include "net/http/message/http_response.hpp"

namespace roost::net::http {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds pause_time{100};

std::string_view name_of(port_role which) {
  return which == port_role::public_port ? "listen" : "admin";
}

bool is_exhausted(int why) {
  return why == EMFILE || why == ENFILE || why == ENOBUFS || why == ENOMEM;
}

}  // namespace

listener::listener(loop& home, const http_server_context& shared, port_role role, int descriptor,
                   tcp protocol)
    : port_(home, shared, role), acceptor_(home.context(), protocol, descriptor) {}

listener::~listener() {
  close_acceptor();
  port_.end_all();
}

void listener::start() {
  port_.home().post([this] { accept_some(); });
}

void listener::stop() {
  port_.home().post([this] {
    close_acceptor();
    port_.stop();
  });
}

void listener::close_acceptor() {
  timer_node::cancel();
  error_code ignored;
  acceptor_.close(ignored);
}

void listener::wait() {
  acceptor_.async_wait(tcp::acceptor::wait_read, [this](const error_code& failed) {
    if (!failed) accept_some();
  });
}

void listener::accept_some() {
  if (!acceptor_.is_open()) return;
  for (int i = 0; i < accepts_max; ++i) {
    tcp::endpoint peer;
    auto size = static_cast<socklen_t>(peer.capacity());
    const int fd =
        ::accept4(acceptor_.native_handle(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      peer.resize(size);
      serve({port_.home().context(), peer.protocol(), fd}, limits::bytes_of(peer.address()));
    } else if (is_exhausted(errno)) {
      return pause(errno);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      break;
    }
  }
  wait();
}

void listener::serve(tcp::socket socket, const address_bytes& peer) {
  if (std::exchange(is_paused_, false)) {
    log::info("accept_resumed", {{"port", name_of(port_.role())}});
  }
  if (port_.role() == port_role::public_port && !port_.shared().has_free_file()) {
    return refuse(std::move(socket), peer);
  }
  std::make_shared<http_session>(port_, std::move(socket), peer)->start();
}

/// Answers 503 at once without reading the request: the remaining file descriptors are reserved for
/// existing clients and the admin port.
void listener::refuse(tcp::socket socket, const address_bytes& peer) {
  const auto& row = row_of(errc::node_full);
  port_.shared().probe.add(metrics::counter::handshakes_refused, row.name);
  port_.shared().probe.add(metrics::counter::http_requests, "5xx");
  log::info("connect_refused", {{"peer", limits::text_of(peer)}, {"reason", row.name}});
  const auto text =
      text_of(http_error_response(errc::node_full), {.with_body = true, .keep_alive = false});
  (void)::send(socket.native_handle(), text.data(), text.size(), MSG_NOSIGNAL);
  // A close with unread bytes sends a TCP reset, which can destroy the response.
  (void)::recv(socket.native_handle(), port_.scratch().data(), port_.scratch().size(), 0);
}

/// Backs off for a fixed time: the client stays in the backlog, so a wait for readiness would
/// return at once and spin.
void listener::pause(int why) {
  port_.shared().probe.add(metrics::counter::accepts_paused);
  if (!std::exchange(is_paused_, true)) {
    log::warning("accept_paused",
                 {{"port", name_of(port_.role())}, {"why", std::generic_category().message(why)}});
  }
  port_.home().arm(*this, pause_time);
}

}  // namespace roost::net::http
