#include "actors/node/signal_thread.hpp"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <future>

#include "tests/fixtures/catch.hpp"

using namespace roost;
using namespace roost::actors;
using asked = signal_thread::asked;

namespace {

constexpr std::chrono::hours long_time{1};

void raise_here(int signal) { ::kill(::getpid(), signal); }

}  // namespace

TEST_CASE("a reload is taken once, and an end is never forgotten") {
  signal_thread signals{[] {}};
  signals.begin_service();
  CHECK(signals.wait(milliseconds{0}) == asked::nothing);
  raise_here(SIGHUP);
  CHECK(signals.wait(long_time) == asked::reload);
  CHECK(signals.wait(milliseconds{0}) == asked::nothing);
  raise_here(SIGTERM);
  CHECK(signals.wait(long_time) == asked::stop);
  CHECK(signals.wait(milliseconds{0}) == asked::stop);
}

TEST_CASE("a second signal to end is heard while nobody waits for signals") {
  std::promise<void> second;
  signal_thread signals{[&] { second.set_value(); }};
  signals.begin_service();
  raise_here(SIGINT);
  CHECK(signals.wait(long_time) == asked::stop);
  raise_here(SIGTERM);
  // The main thread is busy with something else for an unknown time.
  second.get_future().wait();
}

TEST_CASE("the same signal at once is the copy that a parent process forwards") {
  repeat_filter filter;
  const time_point begin{};
  CHECK_FALSE(filter.is_repeat(SIGINT, begin));
  CHECK(filter.is_repeat(SIGINT, begin + milliseconds{299}));
  CHECK_FALSE(filter.is_repeat(SIGINT, begin + milliseconds{300}));
  CHECK_FALSE(filter.is_repeat(SIGTERM, begin + milliseconds{301}));
}

TEST_CASE("before there is a service the first signal to end is enough") {
  std::promise<void> first;
  signal_thread signals{[&] { first.set_value(); }};
  raise_here(SIGTERM);
  first.get_future().wait();
}

TEST_CASE("a thread of signals ends though none came") {
  signal_thread signals{[] {}};
  CHECK(signals.wait(milliseconds{0}) == asked::nothing);
}
