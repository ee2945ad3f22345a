// SPDX-License-Identifier: Apache-2.0
#include "net/loop/poller.hpp"

#include <algorithm>
#include <boost/system/system_error.hpp>
#include <cerrno>

namespace roost::net {
namespace {

int make_epoll() {
  const int made = ::epoll_create1(EPOLL_CLOEXEC);
  if (made < 0) throw boost::system::system_error(errno, boost::system::system_category(), "epoll");
  return made;
}

}  // namespace

poller::poller(boost::asio::io_context& context) : epoll_(context.get_executor(), make_epoll()) {}

bool poller::add(int socket, poll_handler& handler) {
  epoll_event registration{};
  registration.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  registration.data.ptr = &handler;
  if (::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, socket, &registration) != 0) return false;
  ++sockets_;
  arm();
  return true;
}

void poller::remove(int socket, poll_handler& handler) {
  if (::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_DEL, socket, nullptr) == 0) --sockets_;
  for (std::size_t i = next_; i < end_; ++i) {
    if (batch_[i].data.ptr == &handler) batch_[i].data.ptr = nullptr;
  }
}

void poller::arm() {
  if (is_waiting_ || sockets_ == 0) return;
  is_waiting_ = true;
  epoll_.async_wait(decltype(epoll_)::wait_read, [this](const boost::system::error_code& failed) {
    if (failed) return;
    is_waiting_ = false;
    dispatch();
  });
}

void poller::dispatch() {
  const int got =
      ::epoll_wait(epoll_.native_handle(), batch_.data(), static_cast<int>(batch_max), 0);
  end_ = static_cast<std::size_t>(std::max(got, 0));
  for (next_ = 0; next_ < end_;) {
    const auto& one = batch_[next_++];
    ++dispatched_;
    if (one.data.ptr) static_cast<poll_handler*>(one.data.ptr)->ready(one.events);
  }
  next_ = end_ = 0;
}

}  // namespace roost::net
