// SPDX-License-Identifier: Apache-2.0
// Echoes every message over the project's own WebSocket session, for the Autobahn test suite.
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include "net/loop/loop.hpp"
#include "net/websocket/accept_key.hpp"
#include "net/websocket/session_adoption.hpp"

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
namespace net = roost::net;

class echo final : public net::connection_handler {
 public:
  explicit echo(net::session& session) : session_(session) {}
  void message(net::bytes_ptr data, bool is_binary) override {
    const auto kind = is_binary ? net::encoded_kind::binary : net::encoded_kind::text;
    session_.send(net::encoded_ptr::copy(kind, data->view()), net::flush_class::small);
    session_.release_credit(static_cast<std::uint32_t>(data->size()));
  }
  void drained() override {}
  void closed(std::uint16_t) override {}

 private:
  net::session& session_;
};

class echo_opener final : public net::connection_opener {
 public:
  std::unique_ptr<net::connection_handler> opened(net::session& session,
                                                  net::connect_info) override {
    return std::make_unique<echo>(session);
  }
};

/// One upgrade request, from reading it until the 101 response is written.
class upgrade : public std::enable_shared_from_this<upgrade> {
 public:
  upgrade(net::loop& home, tcp::socket socket, const net::websocket::session_context& context)
      : home_(home), socket_(std::move(socket)), context_(context) {}

  void run() {
    http::async_read(socket_, buffer_, request_,
                     [self = shared_from_this()](error_code failure, std::size_t) {
                       if (!failure) self->answer();
                     });
  }

 private:
  void answer() {
    const std::string_view key(request_["Sec-WebSocket-Key"].data(),
                               request_["Sec-WebSocket-Key"].size());
    response_ = {http::status::switching_protocols, 11};
    response_.set(http::field::connection, "Upgrade");
    response_.set(http::field::upgrade, "websocket");
    response_.set("Sec-WebSocket-Accept", net::websocket::accept_key(key));
    http::async_write(socket_, response_,
                      [self = shared_from_this()](error_code failure, std::size_t) {
                        if (!failure) self->serve();
                      });
  }

  void serve() {
    const auto rest = buffer_.cdata();
    net::websocket::start_session(home_, std::move(socket_),
                                  {static_cast<const char*>(rest.data()), rest.size()}, {},
                                  context_);
  }

  net::loop& home_;
  tcp::socket socket_;
  const net::websocket::session_context& context_;
  boost::beast::flat_buffer buffer_;
  http::request<http::empty_body> request_;
  http::response<http::empty_body> response_;
};

void accept_next(net::loop& home, tcp::acceptor& from,
                 const net::websocket::session_context& context) {
  from.async_accept([&](error_code failure, tcp::socket socket) {
    if (!failure) std::make_shared<upgrade>(home, std::move(socket), context)->run();
    accept_next(home, from, context);
  });
}

}  // namespace

int main(int argc, char** argv) {
  std::uint16_t port = 0;
  const std::string_view text = argc > 1 ? argv[1] : "";
  if (std::from_chars(text.data(), text.data() + text.size(), port).ec != std::errc{}) {
    std::cerr << "usage: ws_echo PORT\n";
    return 2;
  }
  // Autobahn sends messages of 16 MiB and is slow to read the echoes.
  roost::settings lifted;
  auto& limits = lifted.limits;
  limits.frame_bytes_max = 64U << 20;
  limits.outbox_bytes_max = 256U << 20;
  limits.inbound_messages_max = 1U << 20;
  limits.inbound_bytes_max = 256U << 20;
  const roost::settings_store config(std::move(lifted));
  roost::metrics probe;
  echo_opener opener;
  const net::websocket::session_context context{config, opener, probe};
  net::loop home(roost::loop_id{0}, net::iteration_budget{});
  tcp::acceptor from(home.context(), tcp::endpoint(asio::ip::address_v4::loopback(), port));
  std::cout << "listening on " << from.local_endpoint().port() << std::endl;
  accept_next(home, from, context);
  home.run();
}
