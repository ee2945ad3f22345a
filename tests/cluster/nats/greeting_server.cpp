// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/nats/greeting_server.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <string_view>

namespace roost::tests {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

/// Answers the ping with which a client ends its handshake, and later ones.
struct pong_client : std::enable_shared_from_this<pong_client> {
  explicit pong_client(std::shared_ptr<tcp::socket> with) : socket(std::move(with)) {}
  void read() {
    socket->async_read_some(
        boost::asio::buffer(bytes),
        [self = shared_from_this()](const error_code& failure, std::size_t size) {
          if (failure) return;
          const std::string_view text(self->bytes.data(), size);
          error_code ignored;
          if (text.find("PING\r\n") != std::string_view::npos) {
            boost::asio::write(*self->socket, boost::asio::buffer("PONG\r\n", 6), ignored);
          }
          self->read();
        });
  }
  std::shared_ptr<tcp::socket> socket;
  std::array<char, 4096> bytes{};
};

}  // namespace

greeting_server::greeting_server(std::string version, bool is_many)
    : acceptor_(context_, {boost::asio::ip::make_address("127.0.0.1"), 0}),
      port_(acceptor_.local_endpoint().port()),
      is_many_(is_many),
      version_(std::move(version)) {
  accept();
  thread_ = std::thread([this] { context_.run(); });
}

greeting_server::~greeting_server() {
  context_.stop();
  thread_.join();
}

void greeting_server::accept() {
  auto next = std::make_shared<tcp::socket>(context_);
  acceptor_.async_accept(*next, [this, next](const error_code& failure) {
    if (!failure) greet(next);
    accept();
  });
}

void greeting_server::greet(const std::shared_ptr<socket>& to) {
  const auto number = ++greetings_;
  const auto id = "FAKE" + std::to_string(is_many_ ? number : 0);
  const auto text = R"(INFO {"server_id":")" + id + R"(","server_name":"fake","version":")" +
                    version_ + R"(","proto":1,"host":"127.0.0.1","port":)" + std::to_string(port_) +
                    R"(,"headers":true,"max_payload":1048576})" + "\r\n";
  error_code ignored;
  boost::asio::write(*to, boost::asio::buffer(text), ignored);
  clients_.push_back(to);
  std::make_shared<pong_client>(to)->read();
}

void greeting_server::become(const std::string& version) {
  std::promise<void> done;
  boost::asio::post(context_, [&] {
    version_ = version;
    for (const auto& each : clients_) {
      error_code ignored;
      if (const auto open = each.lock()) open->close(ignored);
    }
    clients_.clear();
    done.set_value();
  });
  done.get_future().wait();
}

}  // namespace roost::tests
