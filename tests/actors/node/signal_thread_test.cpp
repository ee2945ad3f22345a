// SPDX-License-Identifier: Apache-2.0
#include "actors/node/signal_thread.hpp"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <future>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;
using request = signal_thread::request;

namespace {

constexpr std::chrono::hours long_time{1};

void raise_here(int signal) { ::kill(::getpid(), signal); }

}  // namespace

TEST_CASE("a reload request is returned once and a stop request is returned every time") {
  signal_thread signals{[] {}};
  signals.begin_service();
  CHECK(signals.wait(milliseconds{0}) == request::nothing);
  raise_here(SIGHUP);
  CHECK(signals.wait(long_time) == request::reload);
  CHECK(signals.wait(milliseconds{0}) == request::nothing);
  raise_here(SIGTERM);
  CHECK(signals.wait(long_time) == request::stop);
  CHECK(signals.wait(milliseconds{0}) == request::stop);
}

TEST_CASE("a second stop signal calls end_now while the main thread is busy") {
  std::promise<void> second;
  signal_thread signals{[&] { second.set_value(); }};
  signals.begin_service();
  raise_here(SIGINT);
  CHECK(signals.wait(long_time) == request::stop);
  raise_here(SIGTERM);
  // The main thread is busy with something else for an unknown time.
  second.get_future().wait();
}

TEST_CASE("the same signal within 300 ms is a copy that a parent process forwarded") {
  repeat_filter filter;
  const time_point begin{};
  CHECK_FALSE(filter.is_repeat(SIGINT, begin));
  CHECK(filter.is_repeat(SIGINT, begin + milliseconds{299}));
  CHECK_FALSE(filter.is_repeat(SIGINT, begin + milliseconds{300}));
  CHECK_FALSE(filter.is_repeat(SIGTERM, begin + milliseconds{301}));
}

TEST_CASE("the first stop signal before the service begins calls end_now") {
  std::promise<void> first;
  signal_thread signals{[&] { first.set_value(); }};
  raise_here(SIGTERM);
  first.get_future().wait();
}

TEST_CASE("a signal thread ends without having received a signal") {
  signal_thread signals{[] {}};
  CHECK(signals.wait(milliseconds{0}) == request::nothing);
}
