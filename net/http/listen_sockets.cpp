// SPDX-License-Identifier: Apache-2.0
#include "net/http/listen_sockets.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <system_error>

namespace roost::net::http {
namespace {

using boost::asio::ip::tcp;

constexpr int backlog = 4096;

/// An alternative port for the error message.
std::uint16_t other_port(std::uint16_t port) {
  constexpr int step = 100;
  return static_cast<std::uint16_t>(port < 65'535 - step ? port + step : port - step);
}

std::string shown(const std::string& host, std::uint16_t port) {
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

error bad_host(const std::string& group, const std::string& host, std::uint16_t port,
               const std::string& why) {
  return {errc::cannot_bind, group + ".host: " + shown(host, port) + ": " + why};
}

/// Names the setting to change; for a port also the option that selects another.
error failure(const std::string& group, const std::string& host, std::uint16_t port, int cause) {
  const auto why = std::generic_category().message(cause);
  if (cause != EADDRINUSE && cause != EACCES) return bad_host(group, host, port, why);
  return {errc::cannot_bind, group + ".port: " + shown(host, port) + ": " + why +
                                 ". Take another with --set " + group +
                                 ".port=" + std::to_string(other_port(port))};
}

/// A bound socket, or -1 with errno set.
int open_bound(const tcp::endpoint& at, bool reuse_port) {
  const int fd =
      ::socket(at.protocol().family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (fd < 0) return -1;
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (reuse_port) ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  // Accepted sockets inherit TCP_NODELAY, which saves a system call for each.
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::bind(fd, at.data(), static_cast<socklen_t>(at.size())) == 0) return fd;
  const int why = errno;
  ::close(fd);
  errno = why;
  return -1;
}

int open_listening(const tcp::endpoint& at, bool reuse_port) {
  const int fd = open_bound(at, reuse_port);
  if (fd < 0 || ::listen(fd, backlog) == 0) return fd;
  const int why = errno;
  ::close(fd);
  errno = why;
  return -1;
}

/// Binds without SO_REUSEPORT to detect another process on the port: with it, both would share it.
bool is_taken(const tcp::endpoint& at) {
  if (at.port() == 0) return false;
  const int fd = open_bound(at, false);
  if (fd < 0) return true;
  ::close(fd);
  return false;
}

std::uint16_t port_of(int fd) {
  tcp::endpoint at;
  auto size = static_cast<socklen_t>(at.capacity());
  if (::getsockname(fd, at.data(), &size) == 0) at.resize(size);
  return at.port();
}

}  // namespace

result<listen_sockets> open_listen_sockets(const std::string& group, const std::string& host,
                                           std::uint16_t port, std::size_t count) {
  boost::asio::io_context context;
  tcp::resolver resolver{context};
  boost::system::error_code bad;
  const auto found = resolver.resolve(host, std::to_string(port),
                                      tcp::resolver::passive | tcp::resolver::numeric_service, bad);
  if (bad || found.empty()) return bad_host(group, host, port, bad.message());
  listen_sockets out{found.begin()->endpoint(), {}};
  if (is_taken(out.endpoint)) return failure(group, host, port, errno);
  for (std::size_t i = 0; i < count; ++i) {
    const int fd = open_listening(out.endpoint, count > 1);
    if (fd < 0) {
      auto failed = failure(group, host, port, errno);
      for (const int open : out.descriptors) ::close(open);
      return failed;
    }
    out.descriptors.push_back(fd);
    out.endpoint.port(port_of(fd));
  }
  return out;
}

}  // namespace roost::net::http
