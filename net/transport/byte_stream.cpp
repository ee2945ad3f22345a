// SPDX-License-Identifier: Apache-2.0
#include "net/transport/byte_stream.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace roost::net {
namespace {

constexpr int flags = MSG_NOSIGNAL | MSG_DONTWAIT;

io_result failure(int reason, io_next if_blocked) {
  if (reason == EAGAIN || reason == EWOULDBLOCK) return {0, if_blocked};
  return {0, io_next::failed, reason};
}

/// Repeats a system call that a signal interrupted.
template <class Call>
ssize_t repeat(Call call) {
  ssize_t n = 0;
  do {
    n = call();
  } while (n < 0 && errno == EINTR);
  return n;
}

ssize_t send_batch_to(int socket, const send_batch& batch) {
  const auto& first = batch.pieces[0];
  if (batch.count == 1) return ::send(socket, first.iov_base, first.iov_len, flags);
  msghdr header{};
  header.msg_iov = const_cast<iovec*>(batch.pieces.data());
  header.msg_iovlen = batch.count;
  return ::sendmsg(socket, &header, flags);
}

}  // namespace

byte_stream::byte_stream(descriptor socket)
    : word_(2 * static_cast<std::intptr_t>(socket.release()) + 1) {}

byte_stream::byte_stream(std::unique_ptr<stream_layer> layer)
    : word_(std::bit_cast<std::intptr_t>(layer.release())) {
  static_assert(alignof(stream_layer) % 2 == 0);
}

io_result byte_stream::read_some(std::span<char> to) {
  if (layer()) return layer()->read_some(to);
  const auto n = repeat([&] { return ::recv(socket(), to.data(), to.size(), MSG_DONTWAIT); });
  if (n < 0) return failure(errno, io_next::would_block_read);
  if (n == 0) return {0, io_next::ended};
  // A short read means that the socket is empty, a short write that it is full (epoll(7)).
  const auto bytes = static_cast<std::size_t>(n);
  return {bytes, bytes < to.size() ? io_next::would_block_read : io_next::call_again};
}

io_result byte_stream::write_some(const send_batch& batch) {
  if (layer()) return layer()->write_some(batch);
  const auto n = repeat([&] { return send_batch_to(socket(), batch); });
  if (n < 0) return failure(errno, io_next::would_block_write);
  const auto bytes = static_cast<std::size_t>(n);
  return {bytes, bytes < batch.bytes ? io_next::would_block_write : io_next::call_again};
}

void byte_stream::shut_down_sending() {
  if (layer()) return layer()->shut_down_sending();
  ::shutdown(socket(), SHUT_WR);
}

void byte_stream::reset_on_close() {
  const ::linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(native_handle(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void byte_stream::close() {
  if (layer()) {
    delete layer();
  } else {
    descriptor(socket()).close();
  }
  word_ = closed;
}

}  // namespace roost::net
