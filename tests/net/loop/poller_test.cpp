// SPDX-License-Identifier: Apache-2.0
#include "net/loop/poller.hpp"

#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>
#include <vector>

#include "net/transport/descriptor.hpp"
#include "tests/fixtures/catch.hpp"

using namespace roost::net;

namespace {

struct listener final : poll_handler {
  listener(std::string& shared_log, char letter) : log(shared_log), name(letter) {}
  void ready(std::uint32_t events) override {
    log += name;
    last = events;
    if (on_ready) on_ready();
  }
  std::string& log;
  char name;
  std::uint32_t last = 0;
  std::function<void()> on_ready;
};

struct pair_of_sockets {
  pair_of_sockets() {
    int numbers[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, numbers) == 0);
    ours = descriptor{numbers[0]};
    theirs = descriptor{numbers[1]};
  }
  void say(const char* byte = "x") const { REQUIRE(::send(theirs.number(), byte, 1, 0) == 1); }
  descriptor ours;
  descriptor theirs;
};

/// Like the loop: runs handlers until none is ready, then arms the poller again.
void run_once(boost::asio::io_context& context, poller& all) {
  for (int i = 0; i < 3; ++i) {
    context.restart();
    context.poll();
    all.arm();
  }
}

}  // namespace

TEST_CASE("each change of a socket is reported once even if its data is not read") {
  boost::asio::io_context context;
  poller all(context);
  std::string log;
  listener one(log, '1');
  const pair_of_sockets line;
  REQUIRE(all.add(line.ours.number(), one));
  run_once(context, all);
  CHECK(log == "1");  // the socket is writable
  CHECK((one.last & EPOLLOUT) != 0);
  line.say();
  run_once(context, all);
  CHECK(log == "11");
  CHECK((one.last & EPOLLIN) != 0);
  run_once(context, all);
  CHECK(log == "11");
  line.say();
  run_once(context, all);
  CHECK(log == "111");
  CHECK(all.dispatched() == 3);
}

TEST_CASE("the end of a stream is reported") {
  boost::asio::io_context context;
  poller all(context);
  std::string log;
  listener one(log, '1');
  pair_of_sockets line;
  REQUIRE(all.add(line.ours.number(), one));
  run_once(context, all);
  line.theirs.close();
  run_once(context, all);
  CHECK(log == "11");
  CHECK((one.last & EPOLLRDHUP) != 0);
}

TEST_CASE("a removed socket gets no events even if they were already in the batch") {
  boost::asio::io_context context;
  poller all(context);
  std::string log;
  listener one(log, '1');
  listener two(log, '2');
  const pair_of_sockets first;
  const pair_of_sockets second;
  const auto remover_of = [&](const pair_of_sockets& sockets, listener& handler) {
    return [&] { all.remove(sockets.ours.number(), handler); };
  };
  one.on_ready = remover_of(second, two);
  two.on_ready = remover_of(first, one);
  REQUIRE(all.add(first.ours.number(), one));
  REQUIRE(all.add(second.ours.number(), two));
  run_once(context, all);
  CHECK(log.size() == 1);  // both sockets are writable: one batch
  first.say();
  second.say();
  run_once(context, all);
  CHECK(log.size() == 2);
  CHECK(log[0] == log[1]);
}

TEST_CASE("more sockets than one batch holds are all reported") {
  boost::asio::io_context context;
  poller all(context);
  std::string log;
  listener everybody(log, '.');
  std::vector<pair_of_sockets> lines(2 * poller::batch_max + 1);
  for (const auto& each : lines) REQUIRE(all.add(each.ours.number(), everybody));
  run_once(context, all);
  CHECK(log.size() == lines.size());
}

TEST_CASE("an invalid descriptor is refused") {
  boost::asio::io_context context;
  poller all(context);
  std::string log;
  listener one(log, '1');
  CHECK_FALSE(all.add(-1, one));
  run_once(context, all);
  CHECK(log.empty());
}
