// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/event_loop.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <future>
#include <iterator>
#include <memory>
#include <string>

#include "tests/cluster/nats/greeting_server.hpp"
#include "tests/fixtures/catch.hpp"

namespace {

using namespace roost;
using cluster::event_loop;

/// Runs it on the loop's thread and waits.
template <class Run>
void run_on(event_loop& loop, Run run) {
  std::promise<void> done;
  loop.post([&] {
    run();
    done.set_value();
  });
  done.get_future().wait();
}

}  // namespace

TEST_CASE("posted work runs on the loop's thread in order") {
  event_loop loop;
  std::string order;
  CHECK_FALSE(loop.is_this_thread());
  bool was_this_thread = false;
  for (const char each : std::string("abc")) loop.post([&order, each] { order += each; });
  run_on(loop, [&] { was_this_thread = loop.is_this_thread(); });
  CHECK(order == "abc");
  CHECK(was_this_thread);
}

TEST_CASE("work runs after its delay, unless the loop ends before") {
  std::promise<void> done;
  event_loop loop;
  const auto start = std::chrono::steady_clock::now();
  loop.after(milliseconds{20}, [&] { done.set_value(); });
  loop.after(milliseconds{60'000}, [] { FAIL("it ended"); });
  done.get_future().wait();
  CHECK(std::chrono::steady_clock::now() - start >= milliseconds{20});
}

TEST_CASE("a watch reports that its file can be read or written, once for each wait") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  event_loop loop;
  std::unique_ptr<cluster::socket_watch> reader;
  std::unique_ptr<cluster::socket_watch> writer;
  std::promise<void> can_write;
  int reads = 0;
  std::promise<void> can_read;
  run_on(loop, [&] {
    reader = loop.watch(ends[0]);
    writer = loop.watch(ends[1]);
    reader->wait_readable([&] {
      if (++reads == 1) can_read.set_value();
    });
    writer->wait_writable([&] { can_write.set_value(); });
  });
  can_write.get_future().wait();
  CHECK(reads == 0);
  REQUIRE(::write(ends[1], "x", 1) == 1);
  can_read.get_future().wait();
  run_on(loop, [&] { CHECK(reads == 1); });
  // A new wait reports what was not read before.
  std::promise<void> again;
  run_on(loop, [&] { reader->wait_readable([&] { again.set_value(); }); });
  again.get_future().wait();
  run_on(loop, [&] {
    reader.reset();
    writer.reset();
  });
  CHECK(::fcntl(ends[0], F_GETFD) == -1);
}

TEST_CASE("a watch reads the greeting of its peer over another connection") {
  const tests::greeting_server server("2.14.3");
  boost::asio::ip::tcp::iostream stream("127.0.0.1", server.port());
  event_loop loop;
  std::unique_ptr<cluster::socket_watch> watch;
  std::promise<std::string> line;
  run_on(loop, [&] {
    watch = loop.watch(::dup(stream.socket().native_handle()));
    watch->read_greeting(milliseconds{30'000}, [&](std::string got) { line.set_value(got); });
  });
  const auto got = line.get_future().get();
  CHECK(got.starts_with("INFO {"));
  CHECK(got.ends_with("}\r"));
  CHECK(server.greetings() == 2);
  run_on(loop, [&] { watch.reset(); });
}

TEST_CASE("a peer that says nothing, or is none, has no greeting") {
  boost::asio::io_context context;
  boost::asio::ip::tcp::acceptor silent(context, {boost::asio::ip::make_address("127.0.0.1"), 0});
  boost::asio::ip::tcp::iostream stream("127.0.0.1",
                                        std::to_string(silent.local_endpoint().port()));
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  event_loop loop;
  for (const int file : {::dup(stream.socket().native_handle()), ends[0]}) {
    std::unique_ptr<cluster::socket_watch> watch;
    std::promise<std::string> line;
    run_on(loop, [&] {
      watch = loop.watch(file);
      watch->read_greeting(milliseconds{50}, [&](std::string got) { line.set_value(got); });
    });
    CHECK(line.get_future().get().empty());
    run_on(loop, [&] { watch.reset(); });
  }
  ::close(ends[1]);
}

TEST_CASE("a watch that ends while it waits for a greeting passes nothing on") {
  boost::asio::io_context context;
  boost::asio::ip::tcp::acceptor silent(context, {boost::asio::ip::make_address("127.0.0.1"), 0});
  boost::asio::ip::tcp::iostream stream("127.0.0.1",
                                        std::to_string(silent.local_endpoint().port()));
  event_loop loop;
  bool was_called = false;
  run_on(loop, [&] {
    auto watch = loop.watch(::dup(stream.socket().native_handle()));
    watch->read_greeting(milliseconds{10}, [&](const std::string&) { was_called = true; });
  });
  std::promise<void> later;
  loop.after(milliseconds{50}, [&] { later.set_value(); });
  later.get_future().wait();
  CHECK_FALSE(was_called);
}

TEST_CASE("a socket that was shut ends for its peer and for its other users") {
  const tests::greeting_server server("2.14.3");
  boost::asio::ip::tcp::iostream stream("127.0.0.1", server.port());
  event_loop loop;
  run_on(loop, [&] { loop.watch(::dup(stream.socket().native_handle()))->shut(); });
  const std::string all((std::istreambuf_iterator<char>(stream)), {});  // until its end
  CHECK(stream.get() == std::char_traits<char>::eof());
}

TEST_CASE("a watch that has ended reports nothing") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  event_loop loop;
  bool was_called = false;
  run_on(loop, [&] {
    auto reader = loop.watch(ends[0]);
    reader->wait_readable([&] { was_called = true; });
    REQUIRE(::write(ends[1], "x", 1) == 1);
  });
  run_on(loop, [] {});
  run_on(loop, [&] { CHECK_FALSE(was_called); });
  ::close(ends[1]);
}
