#include "net/http/listener.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <utility>

namespace roost::net::http {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::milliseconds pause{100};

bool is_exhausted(int why) {
  return why == EMFILE || why == ENFILE || why == ENOBUFS || why == ENOMEM;
}

}  // namespace

listener::listener(loop& home, const site& shared, port_role role, int descriptor, tcp protocol)
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
    // Backwards, because one that ends leaves its place to the last.
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
      tcp::socket socket{home_.context(), peer.protocol(), fd};
      std::make_shared<http_session>(*this, std::move(socket), limits::bytes_of(peer.address()))
          ->start();
    } else if (is_exhausted(errno)) {
      // The connection stays in the backlog, so waiting for readiness would spin.
      shared_.probe.add(metrics::counter::accepts_paused);
      home_.arm(*this, pause);
      return;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      break;
    }
  }
  wait();
}

}  // namespace roost::net::http
