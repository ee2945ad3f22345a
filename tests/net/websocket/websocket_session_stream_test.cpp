// SPDX-License-Identifier: Apache-2.0
// Sessions over a stream with a script: net/websocket/websocket_session_io.cpp.
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/read.hpp>
#include <string>
#include <thread>

#include "net/websocket/websocket_session.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/socket_fixture.hpp"
#include "tests/net/websocket/client_frames.hpp"

namespace {

using namespace roost;
using namespace std::chrono_literals;
using net::io_next;
using tests::client_frame;
using tests::peer;
using tests::socket_fixture;

/// The behaviour of a layer; the counters are also read by the test's thread.
struct script {
  std::size_t piece_bytes = 1'000'000;  ///< moved by one call
  bool write_needs_read = false;        ///< a write would block until the layer has read
  bool read_needs_write = false;        ///< the first read with bytes would block until writable
  std::size_t filling_bytes = 0;        ///< '-' that fill the socket at first
  std::atomic<int> reads = 0;
  std::atomic<int> writes = 0;
};

/// A layer that takes what the socket holds into a buffer of its own, as TLS does.
class scripted_layer final : public net::stream_layer {
 public:
  scripted_layer(net::descriptor socket, script& script)
      : socket_(std::move(socket)), script_(script) {}

  net::io_result read_some(std::span<char> to) override {
    ++script_.reads;
    char part[4096];
    ssize_t n = 0;
    while ((n = ::recv(socket_.number(), part, sizeof part, MSG_DONTWAIT)) > 0) {
      received_.append(part, static_cast<std::size_t>(n));
    }
    if (n == 0) has_ended_ = true;
    if (received_.empty()) return {0, has_ended_ ? io_next::ended : io_next::would_block_read};
    script_.write_needs_read = false;
    if (std::exchange(script_.read_needs_write, false)) return {0, io_next::would_block_write};
    const auto size = std::min({script_.piece_bytes, to.size(), received_.size()});
    received_.copy(to.data(), size);
    received_.erase(0, size);
    return {size, io_next::call_again};
  }

  net::io_result write_some(const net::send_batch& batch) override {
    ++script_.writes;
    if (script_.write_needs_read) return {0, io_next::would_block_read};
    const auto& first = batch.pieces[0];
    const auto n = ::send(socket_.number(), first.iov_base,
                          std::min(first.iov_len, script_.piece_bytes), MSG_DONTWAIT);
    if (n < 0) return {0, io_next::would_block_write};
    return {static_cast<std::size_t>(n), io_next::call_again};
  }

  void shut_down_sending() override { ::shutdown(socket_.number(), SHUT_WR); }
  int native_handle() const override { return socket_.number(); }

 private:
  net::descriptor socket_;
  script& script_;
  std::string received_;
  bool has_ended_ = false;
};

/// A client whose session runs over a scripted layer on a UNIX socket: unlike TCP, it stays full
/// until the client reads.
peer connect(socket_fixture& fixture, script& script, bool fills_socket = false) {
  static boost::asio::io_context clients;
  std::array<int, 2> both{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, both.data()) == 0);
  while (fills_socket && ::send(both[0], "-", 1, MSG_DONTWAIT) == 1) ++script.filling_bytes;
  fixture.over = [&](net::descriptor) {
    return net::byte_stream(std::make_unique<scripted_layer>(net::descriptor{both[0]}, script));
  };
  fixture.connect();
  return peer(boost::asio::ip::tcp::socket(clients, boost::asio::ip::tcp::v4(), both[1]));
}

void reply(net::session& session, const net::bytes_ptr& data, bool) {
  session.send(net::encoded_ptr::copy(net::encoded_kind::text, data->view()),
               net::flush_class::small);
  session.release_credit(static_cast<std::uint32_t>(data->size()));
}

template <class Fact>
bool eventually(Fact holds) {
  for (int i = 0; i < 2'000 && !holds(); ++i) std::this_thread::sleep_for(5ms);
  return holds();
}

void settle(socket_fixture& fixture) {
  for (int i = 0; i < 10; ++i) {
    fixture.on_loop([] {});
    std::this_thread::sleep_for(5ms);
  }
}

void take_filling(peer& client, const script& script) {
  std::string filling(script.filling_bytes, ' ');
  boost::asio::read(client.socket(), boost::asio::buffer(filling));
  CHECK(filling.find_first_not_of('-') == filling.npos);
}

}  // namespace

TEST_CASE("a session works over a stream that moves three bytes with each call") {
  script script;
  script.piece_bytes = 3;
  socket_fixture fixture;
  fixture.on_message = reply;
  auto client = connect(fixture, script);
  const std::string text(5'000, 'x');
  client.send(client_frame(1, text) + client_frame(1, "second") + client_frame(9, "ping"));
  CHECK(client.read().payload == text);
  CHECK(client.read().payload == "second");
  CHECK(client.read() == peer::frame{10, "ping"});
  CHECK(script.writes > 1'000);
  client.send(client_frame(8, tests::close_payload(1000)));
  CHECK(client.read() == peer::frame{8, tests::close_payload(1000)});
  CHECK(client.reads_end());
  client.close();
  fixture.wait_until_empty();
}

TEST_CASE("a write that waits for a read is tried again when the socket becomes readable") {
  script script;
  script.write_needs_read = true;
  socket_fixture fixture;
  auto client = connect(fixture, script, true);
  fixture.with_session([](net::session& session) {
    session.send(net::encoded_ptr::copy(net::encoded_kind::text, "one"), net::flush_class::small);
  });
  REQUIRE(eventually([&] { return script.writes == 1; }));
  settle(fixture);
  CHECK(script.writes == 1);
  // The socket is full, so epoll reports only that it is readable.
  client.send(client_frame(1, "x"));
  CHECK(eventually([&] { return script.writes == 2; }));
  take_filling(client, script);
  CHECK(client.read().payload == "one");
}

TEST_CASE("a read that waits for a write is tried again when the socket becomes writable") {
  script script;
  script.read_needs_write = true;
  socket_fixture fixture;
  auto client = connect(fixture, script, true);
  client.send(client_frame(1, "hello"));
  REQUIRE(eventually([&] { return script.reads == 1; }));
  settle(fixture);
  CHECK(fixture.messages_so_far() == 0);
  // The layer has taken the bytes, so epoll reports only that the socket is writable.
  take_filling(client, script);
  CHECK(fixture.wait_for_messages(1) == std::vector<std::string>{"hello"});
}
