// SPDX-License-Identifier: Apache-2.0
#include "net/http/listen_sockets.hpp"

#include <netinet/tcp.h>
#include <unistd.h>

#include "tests/fixtures/catch.hpp"
#include "tests/net/http/raw_client.hpp"

namespace roost::net::http {
namespace {

void close_all(const listen_sockets& bound) {
  for (const int fd : bound.descriptors) ::close(fd);
}

}  // namespace

TEST_CASE("several listen sockets share one port") {
  const auto bound = open_listen_sockets("listen", "127.0.0.1", 0, 3);
  REQUIRE(bound);
  CHECK(bound->descriptors.size() == 3);
  CHECK(bound->endpoint.port() != 0);
  close_all(*bound);
}

TEST_CASE("a port in use is refused even if it is shared and the error names address and setting") {
  for (const std::size_t sharing : {1, 2}) {
    const auto first = open_listen_sockets("listen", "127.0.0.1", 0, sharing);
    REQUIRE(first);
    const auto port = first->endpoint.port();
    const auto second = open_listen_sockets("admin", "127.0.0.1", port, 2);
    REQUIRE_FALSE(second);
    CHECK(second.failure().code == errc::cannot_bind);
    const auto address = "admin.port: 127.0.0.1:" + std::to_string(port);
    const auto other = std::to_string(port < 65'435 ? port + 100 : port - 100);
    CHECK(second.failure().detail ==
          address + ": Address already in use. Take another with --set admin.port=" + other);
    close_all(*first);
    const auto third = open_listen_sockets("listen", "127.0.0.1", port, 1);
    REQUIRE(third);
    close_all(*third);
  }
}

TEST_CASE("an unavailable address is refused and the error names address and setting") {
  const auto other = open_listen_sockets("listen", "192.0.2.1", 4000, 1);
  REQUIRE_FALSE(other);
  CHECK(begins(other.failure().detail, "listen.host: 192.0.2.1:4000: "));
  const auto unknown = open_listen_sockets("listen", "no such host", 4000, 1);
  REQUIRE_FALSE(unknown);
  CHECK(begins(unknown.failure().detail, "listen.host: no such host:4000: "));
}

TEST_CASE("an accepted socket has TCP_NODELAY set") {
  const auto bound = open_listen_sockets("listen", "127.0.0.1", 0, 1);
  REQUIRE(bound);
  client peer{bound->endpoint.port()};
  const int fd = ::accept(bound->descriptors[0], nullptr, nullptr);
  REQUIRE(fd >= 0);
  int value = 0;
  socklen_t size = sizeof value;
  ::getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &value, &size);
  CHECK(value != 0);
  ::close(fd);
  close_all(*bound);
}

}  // namespace roost::net::http
