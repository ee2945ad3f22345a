// SPDX-License-Identifier: Apache-2.0
// A blocking TCP client that sends raw bytes, so that tests can send invalid requests.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace roost::net::http {

class client {
 public:
  client() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval timeout{20, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  }
  explicit client(std::uint16_t port) : client() { connect(port); }
  /// Connects from 127.0.0.`host`; all of these addresses belong to this machine.
  client(std::uint16_t port, std::uint8_t host) : client() {
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl(0x7F000000U + host);
    (void)::bind(fd_, reinterpret_cast<const sockaddr*>(&from), sizeof from);
    connect(port);
  }
  client(const client&) = delete;
  client& operator=(const client&) = delete;
  ~client() { ::close(fd_); }

  bool connect(std::uint16_t port) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  }
  void send(std::string_view text) { (void)!::send(fd_, text.data(), text.size(), MSG_NOSIGNAL); }
  /// Reads everything until the server closes the connection.
  std::string rest() {
    while (more()) {
    }
    return std::move(got_);
  }
  /// Reads one response with its body; `has_body` is false for HEAD and status 101.
  std::string answer(bool has_body = true) {
    std::size_t end = std::string::npos;
    while ((end = got_.find("\r\n\r\n")) == std::string::npos && more()) {
    }
    if (end == std::string::npos) return std::move(got_);
    auto size = end + 4;
    if (const auto at = got_.find("Content-Length: "); has_body && at < end) {
      size += std::strtoul(got_.c_str() + at + 16, nullptr, 10);
    }
    while (got_.size() < size && more()) {
    }
    auto out = got_.substr(0, size);
    got_.erase(0, size);
    return out;
  }
  std::string ask(std::string_view text) {
    send(text);
    return answer();
  }

 private:
  bool more() {
    char part[4096];
    const auto size = ::recv(fd_, part, sizeof part, 0);
    if (size > 0) got_.append(part, static_cast<std::size_t>(size));
    return size > 0;
  }

  int fd_;
  std::string got_;
};

inline bool begins(std::string_view answer, std::string_view with) {
  return answer.starts_with(with);
}
inline bool holds(std::string_view answer, std::string_view part) {
  return answer.find(part) != std::string_view::npos;
}

/// A GET request; `more` contains additional header lines.
inline std::string get_request(std::string_view path, std::string_view more = "") {
  std::string out = "GET ";
  return out.append(path).append(" HTTP/1.1\r\nHost: localhost\r\n").append(more).append("\r\n");
}

/// A valid upgrade request; `more` contains additional header lines.
inline std::string upgrade_request(std::string_view target = "/socket/websocket?vsn=2.0.0",
                                   std::string_view more = "") {
  std::string out = "GET ";
  out.append(target).append(
      " HTTP/1.1\r\nHost: localhost:4000\r\nConnection: keep-alive, Upgrade\r\n"
      "Upgrade: WebSocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Sec-WebSocket-Version: 13\r\n");
  return out.append(more).append("\r\n");
}

}  // namespace roost::net::http
