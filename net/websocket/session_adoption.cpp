// SPDX-License-Identifier: Apache-2.0
#include "net/websocket/session_adoption.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "net/websocket/websocket_session.hpp"

namespace roost::net::websocket {
namespace {

/// The size of one gathered send: the socket becomes writable when fewer bytes are unsent.
constexpr std::uint32_t unsent_bytes_max = send_batch::bytes_max;
constexpr std::uint32_t user_timeout_ms_min = 1'000;

// Releases the descriptor from Asio, because `poller` watches it from now on.
descriptor take_out(boost::asio::ip::tcp::socket from) {
  boost::system::error_code failure;
  const auto number = from.release(failure);
  return failure ? descriptor{} : descriptor{number};
}

void set(int descriptor, int level, int name, std::uint32_t value) {
  ::setsockopt(descriptor, level, name, &value, sizeof value);
}

/// TCP_USER_TIMEOUT closes a connection whose peer acknowledges no data. Without pings, TCP
/// keep-alive probes the peer. TCP_NOTSENT_LOWAT keeps unsent bytes in the outbox, which is
/// bounded, instead of in the kernel.
void prepare(int descriptor, const settings::limit_settings& limits) {
  // Frames are batched before the send, so Nagle's algorithm would only add latency.
  set(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
  set(descriptor, IPPROTO_TCP, TCP_NOTSENT_LOWAT, unsent_bytes_max);
  const bool pings = limits.ping_ms != 0 && limits.ping_ms < limits.idle_ms / 2;
  const auto user_timeout_ms = pings ? 2 * limits.ping_ms : limits.idle_ms;
  set(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, std::max(user_timeout_ms, user_timeout_ms_min));
  if (pings) return;
  const auto keepalive_idle_s = std::clamp(limits.idle_ms / 2'000, 1U, 32'767U);
  set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, keepalive_idle_s);
  set(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, std::max(keepalive_idle_s / 3, 1U));
}

}  // namespace

void start_session(loop& home, boost::asio::ip::tcp::socket socket, std::string_view early,
                   connect_info info, const session_context& context) {
  auto own = take_out(std::move(socket));
  if (!own.is_open()) return;
  prepare(own.number(), context.config->limits);
  start_session(home, byte_stream(std::move(own)), early, std::move(info), context);
}

void start_session(loop& home, byte_stream stream, std::string_view early, connect_info info,
                   const session_context& context) {
  home.flusher().counts().report_to(context.probe);
  const auto peer = parse_address(info.peer_address).value_or(address_bytes{});
  const session_ptr created(new websocket_session(home, std::move(stream), context, peer));
  static_cast<websocket_session&>(*created).start(early, std::move(info));
}

}  // namespace roost::net::websocket
