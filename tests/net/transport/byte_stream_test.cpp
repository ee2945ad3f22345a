// SPDX-License-Identifier: Apache-2.0
#include "net/transport/byte_stream.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <string>
#include <vector>

#include "tests/fixtures/catch.hpp"

namespace {

using namespace roost::net;

struct pair {
  pair() {
    std::array<int, 2> both{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, both.data()) == 0);
    stream = byte_stream(descriptor{both[0]});
    peer = descriptor{both[1]};
  }
  void peer_sends(std::string_view text) {
    REQUIRE(::send(peer.number(), text.data(), text.size(), 0) ==
            static_cast<ssize_t>(text.size()));
  }
  io_result write(std::string_view text) {
    send_batch batch;
    for (const auto part : {text.substr(0, 1), text.substr(1)}) {
      if (part.empty()) continue;
      batch.pieces[batch.count++] = {const_cast<char*>(part.data()), part.size()};
      batch.bytes += part.size();
    }
    return stream.write_some(batch);
  }
  byte_stream stream{descriptor{}};
  descriptor peer;
  std::array<char, 4> buffer{};
};

}  // namespace

TEST_CASE(
    "a byte_stream takes at most 16 bytes, so a plain connection needs no allocation for it") {
  STATIC_REQUIRE(sizeof(byte_stream) <= 16);
}

TEST_CASE("a read that does not fill its buffer says that the next one would block") {
  pair it;
  CHECK(it.stream.read_some(it.buffer).next == io_next::would_block_read);
  it.peer_sends("abcdef");
  auto got = it.stream.read_some(it.buffer);
  CHECK(std::string(it.buffer.data(), got.bytes) == "abcd");
  CHECK(got.next == io_next::call_again);
  got = it.stream.read_some(it.buffer);
  CHECK(std::string(it.buffer.data(), got.bytes) == "ef");
  CHECK(got.next == io_next::would_block_read);
}

TEST_CASE("pieces are written in order and a full socket says that the next write would block") {
  pair it;
  CHECK(it.write("abcd").bytes == 4);
  CHECK(::recv(it.peer.number(), it.buffer.data(), 4, 0) == 4);
  CHECK(std::string(it.buffer.data(), 4) == "abcd");
  const std::string large(1'000'000, 'x');
  const auto sent = it.write(large);
  CHECK(sent.bytes > 0);
  CHECK(sent.bytes < large.size());
  CHECK(sent.next == io_next::would_block_write);
  const auto none = it.write("y");
  CHECK(none.bytes == 0);
  CHECK(none.next == io_next::would_block_write);
}

TEST_CASE("the end of the peer and a lost connection are told apart") {
  pair it;
  it.peer_sends("x");
  ::shutdown(it.peer.number(), SHUT_WR);
  CHECK(it.stream.read_some(it.buffer).bytes == 1);
  CHECK(it.stream.read_some(it.buffer).next == io_next::ended);
  it.peer.close();
  const auto lost = it.write("x");
  CHECK(lost.next == io_next::failed);
  CHECK(lost.reason == EPIPE);
}

TEST_CASE("a stream that stops sending ends at the peer and still receives") {
  pair it;
  it.stream.shut_down_sending();
  CHECK(::recv(it.peer.number(), it.buffer.data(), 4, 0) == 0);
  it.peer_sends("x");
  CHECK(it.stream.read_some(it.buffer).bytes == 1);
  it.stream.close();
  CHECK(it.stream.native_handle() == -1);
}

TEST_CASE("a layer replaces the plain socket in every call and ends with close") {
  struct layer final : stream_layer {
    explicit layer(std::string& log) : log_(log) {}
    ~layer() override { log_ += " ended"; }
    io_result read_some(std::span<char>) override { return {0, io_next::would_block_write}; }
    io_result write_some(const send_batch&) override { return {0, io_next::would_block_read}; }
    void shut_down_sending() override { log_ += "shut"; }
    int native_handle() const override { return 77; }
    std::string& log_;
  };
  std::string log;
  byte_stream stream(std::make_unique<layer>(log));
  std::array<char, 4> buffer{};
  CHECK(stream.read_some(buffer).next == io_next::would_block_write);
  CHECK(stream.write_some({}).next == io_next::would_block_read);
  CHECK(stream.native_handle() == 77);
  stream.shut_down_sending();
  stream.close();
  CHECK(log == "shut ended");
  CHECK(stream.native_handle() == -1);
}
