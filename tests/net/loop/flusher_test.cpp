// SPDX-License-Identifier: Apache-2.0
#include "net/loop/flusher.hpp"

#include <deque>
#include <functional>
#include <string>

#include "net/loop/loop.hpp"
#include "tests/fixtures/catch.hpp"

namespace {

using namespace roost::net;
using namespace std::chrono_literals;

struct fake_node final : flush_node {
  fake_node(std::string label, std::string& into, int sends_needed = 1)
      : name(std::move(label)), log(into), left(sends_needed) {}
  flush_result flush_once(std::span<char>) override {
    log += name;
    then();
    return {1, --left > 0};
  }
  std::string name;
  std::string& log;
  int left;
  std::function<void()> then = [] {};
};

iteration_budget sends(std::uint32_t n) { return {n, 1h, 128}; }

}  // namespace

TEST_CASE("sessions are flushed in order and small frames before large ones") {
  flusher it;
  std::string log;
  fake_node a("a", log);
  fake_node b("b", log);
  fake_node c("c", log);
  it.enqueue(a, flush_class::large);
  it.enqueue(b, flush_class::small);
  it.enqueue(c, flush_class::small);
  it.flush(sends(10));
  CHECK(log == "bca");
  CHECK(it.is_idle());
  CHECK(it.sends() == 3);
}

TEST_CASE("a session with small and large frames is flushed once with the small ones") {
  flusher it;
  std::string log;
  fake_node a("a", log);
  fake_node b("b", log);
  it.enqueue(a, flush_class::large);
  it.enqueue(b, flush_class::large);
  it.enqueue(b, flush_class::small);
  it.enqueue(b, flush_class::large);
  it.flush(sends(10));
  CHECK(log == "ba");
}

TEST_CASE("a flush stops at its send budget and the next one continues there") {
  flusher it;
  roost::metrics probe;
  it.counts().report_to(probe);
  std::string log;
  std::deque<fake_node> nodes;
  for (int i = 0; i < 1000; ++i) it.enqueue(nodes.emplace_back("x", log), flush_class::large);
  int iterations = 0;
  for (; !it.is_idle(); ++iterations) it.flush(sends(256));
  CHECK(iterations == 4);
  CHECK(log.size() == 1000);
  CHECK(probe.value(roost::metrics::counter::flushes_budget_spent) == 3);
  CHECK(probe.value(roost::metrics::counter::sends) == 1000);
  CHECK(probe.value(roost::metrics::counter::bytes_out) == 1000);
}

TEST_CASE("large frames get a quarter of the sends while small frames wait") {
  flusher it;
  std::string log;
  std::deque<fake_node> nodes;
  for (int i = 0; i < 100; ++i) {
    it.enqueue(nodes.emplace_back("s", log), flush_class::small);
    it.enqueue(nodes.emplace_back("L", log), flush_class::large);
  }
  it.flush(sends(16));
  CHECK(log == "ssssssssssssLLLL");
}

TEST_CASE("sends that large frames do not use go to small frames") {
  flusher it;
  std::string log;
  std::deque<fake_node> nodes;
  for (int i = 0; i < 100; ++i) it.enqueue(nodes.emplace_back("s", log), flush_class::small);
  it.enqueue(nodes.emplace_back("L", log), flush_class::large);
  it.flush(sends(8));
  CHECK(log == "ssssssLs");
}

TEST_CASE("a flush stops when its time budget is used up") {
  flusher it;
  std::string log;
  std::deque<fake_node> nodes;
  for (int i = 0; i < 100; ++i) it.enqueue(nodes.emplace_back("x", log), flush_class::small);
  it.flush({1000, 0us, 128});
  CHECK(log.size() < 32);
  CHECK_FALSE(log.empty());
  CHECK_FALSE(it.is_idle());
}

TEST_CASE("a session with more to write goes to the end of the queue") {
  flusher it;
  std::string log;
  fake_node a("a", log, 3);
  fake_node b("b", log, 2);
  it.enqueue(a, flush_class::small);
  it.enqueue(b, flush_class::small);
  it.flush(sends(10));
  CHECK(log == "ababa");
}

TEST_CASE("a session may enqueue itself during its flush and may be destroyed while it waits") {
  flusher it;
  std::string log;
  fake_node a("a", log, 2);
  a.then = [&] {
    if (log.size() == 1) it.enqueue(a, flush_class::large);
  };
  it.enqueue(a, flush_class::small);
  {
    fake_node gone("g", log);
    it.enqueue(gone, flush_class::small);
  }
  it.flush(sends(10));
  CHECK(log == "aa");
  CHECK(it.is_idle());
}
