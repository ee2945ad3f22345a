// SPDX-License-Identifier: Apache-2.0
#include "bench/load/load_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>

namespace roost::bench {
namespace {

constexpr std::int64_t ramp_ns_max = 60 * second_ns;

}  // namespace

client::client(const options& options, push_kind kind)
    : options_(options), kind_(kind), poll_(epoll_create1(EPOLL_CLOEXEC)), buffer_(read_bytes) {}

client::~client() {
  close_all();
  close(poll_);
}

void client::close_all() {
  for (auto& c : connections_) {
    if (c.fd >= 0) close(c.fd);
  }
  connections_.clear();
  opening_ = joined_ = lost_ = 0;
}

bool client::open_one(connection& c, std::uint16_t port) {
  c.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c.fd < 0) return false;
  const int on = 1;
  const linger reset{1, 0};  // close() sends RST and leaves no port in TIME_WAIT
  setsockopt(c.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(c.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(c.fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) < 0 &&
      errno != EINPROGRESS) {
    return false;
  }
  c.at = connection::stage::connecting;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLET;
  event.data.ptr = &c;
  return epoll_ctl(poll_, EPOLL_CTL_ADD, c.fd, &event) == 0;
}

std::string client::ramp(unsigned count, unsigned rooms, std::uint16_t port) {
  if (port == 0) port = options_.port;
  const std::int64_t deadline = now_ns() + ramp_ns_max;
  const auto first = static_cast<unsigned>(connections_.size());
  unsigned opened = 0;
  while (joined_ < first + count) {
    while (opened < count && opening_ < options_.opening_max) {
      auto& c = connections_.emplace_back();
      c.index = static_cast<unsigned>(connections_.size()) - 1;
      c.room = opened++ % rooms;
      if (!open_one(c, port)) return "cannot open connection " + std::to_string(opened);
      ++opening_;
    }
    poll_once([](connection&, const server_frame&) {});
    if (lost_ > 0) return "the server closed a connection while it joined";
    if (counts_.refused > 0) return "a join was refused";
    if (now_ns() > deadline) {
      return "only " + std::to_string(joined_) + " connections joined in 60 s";
    }
  }
  return {};
}

void client::advance(connection& c, std::uint32_t events) {
  if (c.at == connection::stage::closed) return;
  if ((events & (EPOLLHUP | EPOLLERR)) != 0) return lose(c);
  if (c.at == connection::stage::connecting && (events & EPOLLOUT) != 0) {
    c.at = connection::stage::upgrading;
    static const std::string request = upgrade_request();
    send(c, request);
  }
  if ((events & EPOLLIN) == 0) return;
  c.unread.assign(receive(c));
  if (c.at == connection::stage::upgrading) finish_upgrade(c);
  if (c.at != connection::stage::joining) return;
  const std::size_t used =
      walk_frames(c.unread.data(), c.unread.size(), [&](const server_frame& f) {
        if (f.is_control()) return;
        count(f);
        if (f.is_delivery() || c.at == connection::stage::joined) return;
        c.at = connection::stage::joined;
        ++joined_;
        --opening_;
      });
  c.unread.erase(0, used);
  if (c.unread.empty()) c.unread.shrink_to_fit();
}

void client::finish_upgrade(connection& c) {
  const auto end = c.unread.find("\r\n\r\n");
  if (end == c.unread.npos) return;
  if (!is_accepted(std::string_view(c.unread).substr(0, end + 4))) return lose(c);
  c.unread.erase(0, end + 4);
  c.at = connection::stage::joining;
  send(c, join_frame(options_.protocol, kind_, c.room));
}

void client::lose(connection& c) {
  if (c.at == connection::stage::closed) return;
  epoll_ctl(poll_, EPOLL_CTL_DEL, c.fd, nullptr);
  c.at = connection::stage::closed;
  c.unread.clear();
  ++lost_;
}

bool client::send(connection& c, std::string_view bytes) {
  if (!c.unsent.empty() || c.fd < 0) return false;
  const ssize_t sent = ::send(c.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent <= 0) return false;
  if (static_cast<std::size_t>(sent) < bytes.size()) {
    c.unsent.assign(bytes.substr(static_cast<std::size_t>(sent)));
  }
  return true;
}

void client::flush(connection& c) {
  const ssize_t sent = ::send(c.fd, c.unsent.data(), c.unsent.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent > 0) c.unsent.erase(0, static_cast<std::size_t>(sent));
}

std::string_view client::receive(connection& c) {
  const std::size_t kept = c.unread.size();
  if (kept > 0) {
    c.unread.copy(buffer_.data(), kept);
    c.unread.clear();
  }
  const ssize_t got = recv(c.fd, buffer_.data() + kept, read_bytes - kept, MSG_DONTWAIT);
  if (got == 0 || (got < 0 && errno != EAGAIN)) lose(c);
  return {buffer_.data(), kept + (got > 0 ? static_cast<std::size_t>(got) : 0)};
}

}  // namespace roost::bench
