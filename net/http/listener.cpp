#include "net/http/listener.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include "config/base/log.hpp"
#include "net/http/answer.hpp"

namespace roost::net::http {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds pause_time{100};

std::string_view name_of(port_role which) { return which == port_role::open ? "listen" : "admin"; }

bool is_exhausted(int why) {
  return why == EMFILE || why == ENFILE || why == ENOBUFS || why == ENOMEM;
}

}  // namespace

listener::listener(loop& home, const http_server_context& shared, port_role role, int descriptor,
                   tcp protocol)
    : home_(home), shared_(shared), role_(role), acceptor_(home.context(), protocol, descriptor) {}

listener::~listener() {
  close_acceptor();
  while (!sessions_.empty()) sessions_.back()->end();
}

void listener::add(http_session& s) {
  s.place_ = sessions_.size();
  sessions_.push_back(&s);
}

void listener::remove(const http_session& s) {
  sessions_[s.place_] = sessions_.back();
  sessions_[s.place_]->place_ = s.place_;
  sessions_.pop_back();
}

void listener::start() {
  home_.post([this] { accept_some(); });
}

void listener::stop() {
  home_.post([this] {
    is_stopped_ = true;
    close_acceptor();
    // Backwards, because end() moves the last session to the freed index.
    for (auto i = sessions_.size(); i-- > 0;) {
      if (sessions_[i]->is_idle()) sessions_[i]->end();
    }
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
      welcome({home_.context(), peer.protocol(), fd}, limits::bytes_of(peer.address()));
    } else if (is_exhausted(errno)) {
      return pause(errno);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      break;
    }
  }
  wait();
}

void listener::welcome(tcp::socket socket, const address_bytes& peer) {
  if (std::exchange(is_paused_, false)) log::info("accept_resumed", {{"port", name_of(role_)}});
  if (role_ == port_role::open && !shared_.has_file()) return turn_away(std::move(socket), peer);
  std::make_shared<http_session>(*this, std::move(socket), peer)->start();
}

/// Answers 503 at once without reading the request: the remaining file descriptors are reserved for
/// existing clients and the admin port.
void listener::turn_away(tcp::socket socket, const address_bytes& peer) {
  const auto& row = row_of(errc::node_full);
  shared_.probe.add(metrics::counter::handshakes_refused, row.name);
  shared_.probe.add(metrics::counter::http_requests, "5xx");
  log::info("connect_refused", {{"peer", limits::text_of(peer)}, {"reason", row.name}});
  const auto text =
      text_of(http_error_response(errc::node_full), {.with_body = true, .keep_alive = false});
  (void)::send(socket.native_handle(), text.data(), text.size(), MSG_NOSIGNAL);
  // A close with unread bytes sends a TCP reset, which can destroy the response.
  (void)::recv(socket.native_handle(), scratch_.data(), scratch_.size(), 0);
}

/// Backs off for a fixed time: the client stays in the backlog, so a wait for readiness would
/// return at once and spin.
void listener::pause(int why) {
  shared_.probe.add(metrics::counter::accepts_paused);
  if (!std::exchange(is_paused_, true)) {
    log::warning("accept_paused",
                 {{"port", name_of(role_)}, {"why", std::generic_category().message(why)}});
  }
  home_.arm(*this, pause_time);
}

}  // namespace roost::net::http
