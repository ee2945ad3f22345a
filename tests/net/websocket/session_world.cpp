#include "tests/net/websocket/session_world.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <future>

#include "net/transport/session_table.hpp"

namespace roost::tests {

using boost::asio::ip::tcp;

peer::peer(tcp::socket socket) : socket_(std::move(socket)) {
  const timeval limit{30, 0};
  ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

void peer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

bool peer::read_exactly(char* to, std::size_t size) {
  while (size > 0) {
    const auto n = ::recv(socket_.native_handle(), to, size, 0);
    if (n <= 0) return false;
    to += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

peer::frame peer::read() {
  unsigned char head[2];
  if (!read_exactly(reinterpret_cast<char*>(head), 2)) return {ended, {}};
  std::uint64_t size = head[1];
  const int width = size == 126 ? 2 : size == 127 ? 8 : 0;
  if (width > 0) {
    unsigned char length[8];
    if (!read_exactly(reinterpret_cast<char*>(length), static_cast<std::size_t>(width))) {
      return {ended, {}};
    }
    size = 0;
    for (int i = 0; i < width; ++i) size = (size << 8) | length[i];
  }
  std::string payload(size, ' ');
  if (!read_exactly(payload.data(), size)) return {ended, {}};
  return {head[0] & 0x0FU, std::move(payload)};
}

bool peer::reads_end() {
  char byte = 0;
  return ::recv(socket_.native_handle(), &byte, 1, 0) == 0;
}

void peer::read_some(std::size_t bytes_max) {
  std::string ignored(bytes_max, ' ');
  (void)!::recv(socket_.native_handle(), ignored.data(), ignored.size(), MSG_DONTWAIT);
}

void peer::shut_down_sending() { ::shutdown(socket_.native_handle(), SHUT_WR); }
void peer::close() { socket_.close(); }

class session_world::recorder final : public net::connection_handler {
 public:
  recorder(session_world& world, net::session& link) : world_(world), link_(link) {}
  void message(net::bytes_ptr data, bool is_binary) override {
    world_.note([&] { world_.messages_.emplace_back(data->view()); });
    world_.on_message(link_, data, is_binary);
  }
  void writable() override {
    world_.on_writable(link_);
    world_.note([&] { ++world_.writable_; });
  }
  void closed(std::uint16_t code) override {
    world_.note([&] { world_.closed_.push_back(code); });
  }

 private:
  session_world& world_;
  net::session& link_;
};

std::unique_ptr<net::connection_handler> session_world::opener::opened(net::session& link,
                                                                       net::connect_info) {
  world_.last_ = net::session_ptr(&link);
  return std::make_unique<recorder>(world_, link);
}

namespace {

settings with_limits(const settings::limit_settings& limits) {
  settings out;
  out.limits = limits;
  return out;
}

}  // namespace

session_world::session_world(settings::limit_settings with)
    : on_message([](net::session& link, const net::bytes_ptr& data, bool) {
        link.answered(static_cast<std::uint32_t>(data->size()));
      }),
      config(with_limits(with)),
      thread_([this] { loop.run(); }) {}

session_world::~session_world() { stop(); }

void session_world::stop() {
  if (!thread_.joinable()) return;
  on_loop([this] { last_ = {}; });
  loop.stop();
  thread_.join();
}

peer session_world::connect(std::string early, int send_buffer_bytes) {
  tcp::acceptor from(clients_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
  tcp::socket client(clients_, tcp::v4());
  if (send_buffer_bytes > 0) {
    client.set_option(boost::asio::socket_base::receive_buffer_size(send_buffer_bytes));
  }
  client.connect(from.local_endpoint());
  on_loop([&] {
    tcp::socket server(loop.context());
    from.accept(server);
    if (send_buffer_bytes > 0) {
      server.set_option(boost::asio::socket_base::send_buffer_size(send_buffer_bytes));
    }
    net::websocket::start_session(loop, std::move(server), early, {}, context_);
  });
  return peer(std::move(client));
}

void session_world::on_loop(const std::function<void()>& work) {
  std::promise<void> done;
  loop.post([&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

void session_world::with_session(const std::function<void(net::session&)>& work) {
  on_loop([&] { work(*last_); });
}

void session_world::note(const std::function<void()>& change) {
  const std::lock_guard lock(mutex_);
  change();
  changed_.notify_all();
}

void session_world::wait_until(const std::function<bool()>& holds) {
  std::unique_lock lock(mutex_);
  // A hang becomes a failed expectation of the caller.
  changed_.wait_for(lock, std::chrono::seconds(30), holds);
}

std::vector<std::string> session_world::wait_for_messages(std::size_t count) {
  wait_until([&] { return messages_.size() >= count; });
  const std::lock_guard lock(mutex_);
  return messages_;
}

std::uint16_t session_world::wait_for_closed() {
  wait_until([&] { return !closed_.empty(); });
  const std::lock_guard lock(mutex_);
  return closed_.size() == 1 ? closed_[0] : std::uint16_t{0};
}

void session_world::wait_for_writable(std::size_t times) {
  wait_until([&] { return writable_ >= times; });
}

std::size_t session_world::writable_so_far() {
  const std::lock_guard lock(mutex_);
  return writable_;
}

std::size_t session_world::messages_so_far() {
  const std::lock_guard lock(mutex_);
  return messages_.size();
}

bool session_world::is_empty() {
  std::size_t left = 1;
  on_loop([&] { left = loop.sessions().size(); });
  return left == 0;
}

void session_world::wait_until_empty() {
  while (!is_empty()) {
  }
}

}  // namespace roost::tests
