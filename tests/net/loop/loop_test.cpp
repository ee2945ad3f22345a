// SPDX-License-Identifier: Apache-2.0
#include "net/loop/loop.hpp"

#include <boost/asio/post.hpp>
#include <future>
#include <thread>

#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/virtual_time.hpp"

namespace {

using namespace roost;
using namespace std::chrono_literals;

struct running {
  net::loop it{loop_id{1}, net::iteration_budget{}};
  std::thread thread{[this] { it.run(); }};
  ~running() {
    it.stop();
    if (thread.joinable()) thread.join();
  }
};

struct counting_runner final : net::actor_runner {
  bool has_work() const override { return left > 0; }
  void run_some() override {
    --left;
    ++rounds;
    if (left == 0) done.set_value();
  }
  int left = 0;
  int rounds = 0;
  std::promise<void> done;
};

struct promised_node final : net::timer_node {
  void expired() override { done.set_value(std::chrono::steady_clock::now()); }
  std::promise<net::time_point> done;
};

}  // namespace

TEST_CASE("posted work runs on the thread of the loop and can get its loop") {
  running on;
  std::promise<net::loop*> seen;
  on.it.post([&] { seen.set_value(net::loop::current()); });
  CHECK(seen.get_future().get() == &on.it);
  CHECK(net::loop::current() == nullptr);
}

TEST_CASE("an idle loop makes no iterations") {
  running on;
  std::promise<void> first;
  on.it.post([&] { first.set_value(); });
  first.get_future().wait();
  // The current iteration may take long on a slow machine; after it there must be no other.
  bool rests = false;
  for (int tries = 0; tries < 50 && !rests; ++tries) {
    const auto before = on.it.iterations();
    std::this_thread::sleep_for(200ms);
    rests = on.it.iterations() == before;
  }
  CHECK(rests);
}

TEST_CASE("a loop keeps iterating without a wakeup while actors have work") {
  net::loop it(loop_id{1}, net::iteration_budget{});
  counting_runner actors;
  actors.left = 100;
  it.set_runner(&actors);
  std::thread thread([&] { it.run(); });
  actors.done.get_future().wait();
  it.stop();
  thread.join();
  CHECK(actors.rounds == 100);
}

TEST_CASE("actors run even while a handler posts itself again forever") {
  net::loop it(loop_id{1}, net::iteration_budget{});
  counting_runner actors;
  actors.left = 10;
  it.set_runner(&actors);
  std::function<void()> again = [&] { boost::asio::post(it.context(), again); };
  it.post(again);
  std::thread thread([&] { it.run(); });
  actors.done.get_future().wait();
  it.stop();
  thread.join();
  CHECK(actors.rounds == 10);
}

TEST_CASE("armed timers wake a sleeping loop in the order of their due times") {
  running on;
  promised_node far;
  promised_node near;
  net::time_point begin;
  std::promise<void> armed;
  on.it.post([&] {
    begin = std::chrono::steady_clock::now();
    on.it.arm(far, 300ms);
    on.it.arm(near, 60ms);
    armed.set_value();
  });
  armed.get_future().wait();
  const auto near_at = near.done.get_future().get();
  const auto far_at = far.done.get_future().get();
  CHECK(near_at - begin >= 60ms);
  CHECK(far_at - begin >= 300ms);
  CHECK(near_at < far_at);
}

TEST_CASE("the time of an iteration is later than the sleep before it") {
  running on;
  std::promise<net::time_point> first;
  on.it.post([&] { first.set_value(on.it.now()); });
  first.get_future().wait();
  std::this_thread::sleep_for(30ms);
  const auto asked = std::chrono::steady_clock::now();
  std::promise<net::time_point> second;
  on.it.post([&] { second.set_value(on.it.now()); });
  CHECK(second.get_future().get() >= asked);
}

TEST_CASE("a loop that is stopped before it runs returns at once") {
  net::loop it(loop_id{1}, net::iteration_budget{});
  it.stop();
  it.run();
  CHECK(it.iterations() == 0);
}

namespace {

struct noting_node final : net::timer_node {
  void expired() override { ++times; }
  int times = 0;
};

}  // namespace

TEST_CASE("a stepped loop runs posted work and reports when it is idle") {
  tests::virtual_time time;
  net::loop it(loop_id{1}, net::iteration_budget{}, &time);
  net::loop* seen = nullptr;
  it.post([&] { seen = net::loop::current(); });
  CHECK(it.step());
  CHECK(seen == &it);
  CHECK(net::loop::current() == nullptr);
  CHECK_FALSE(it.step());
  CHECK(it.next_due() == net::time_point::max());
}

TEST_CASE("a loop with a time source keeps its time constant within an iteration") {
  tests::virtual_time time;
  net::loop it(loop_id{1}, net::iteration_budget{}, &time);
  CHECK(it.clock_now() == time.now());
  it.post([&] {
    const auto before = it.now();
    time.advance(5s);
    CHECK(it.now() == before);
    CHECK(it.clock_now() == before + 5s);
  });
  it.step();
}

TEST_CASE("slow handlers end an iteration before handlers_max") {
  tests::virtual_time time;
  net::loop it(loop_id{1}, net::iteration_budget{.handlers_max = 64, .handler_time_max = 2ms},
               &time);
  counting_runner actors;
  actors.left = 1;
  it.set_runner(&actors);
  int handled = 0;
  for (int i = 0; i < 64; ++i) {
    it.post([&] {
      (void)it.now();
      time.advance(1ms);
      ++handled;
    });
  }
  it.step();
  CHECK(handled == 8);
  CHECK(actors.rounds == 1);
  for (int i = 0; i < 7; ++i) it.step();
  CHECK(handled == 64);
}

TEST_CASE("fast handlers fill an iteration up to handlers_max") {
  tests::virtual_time time;
  net::loop it(loop_id{1}, net::iteration_budget{.handlers_max = 64, .handler_time_max = 2ms},
               &time);
  int handled = 0;
  for (int i = 0; i < 65; ++i) {
    it.post([&] {
      time.advance(30us);
      ++handled;
    });
  }
  it.step();
  CHECK(handled == 64);
}

TEST_CASE("timers of a stepped loop follow the given time source") {
  tests::virtual_time time;
  net::loop it(loop_id{1}, net::iteration_budget{}, &time);
  noting_node node;
  it.arm(node, 10s);
  CHECK_FALSE(it.step());
  const auto due = it.next_due();
  CHECK(due >= time.now() + 10s);
  CHECK(due <= time.now() + 10s + 2 * net::timer_wheel::tick);
  time.advance_to(due - 1ms);
  CHECK_FALSE(it.step());
  time.advance_to(due);
  CHECK(it.step());
  CHECK(node.times == 1);
  CHECK(it.next_due() == net::time_point::max());
}

TEST_CASE("a one-shot timer fires once at its last due time and not after a cancel") {
  tests::virtual_time time;
  net::loop it(loop_id{1}, net::iteration_budget{}, &time);
  int calls = 0;
  net::one_shot_timer timer(it, [&] { ++calls; });
  timer.arm(time.now() + 1s);
  timer.arm(time.now() + 2s);
  CHECK(it.next_due() == time.now() + 2s);
  time.advance(1s);
  it.step();
  CHECK(calls == 0);
  time.advance(1s);
  it.step();
  it.step();
  CHECK(calls == 1);
  timer.arm(time.now());
  timer.cancel();
  it.step();
  CHECK(calls == 1);
}

TEST_CASE("a rearmed one-shot timer of a running loop fires once after its last due time") {
  running on;
  std::promise<net::time_point> fired;
  std::unique_ptr<net::one_shot_timer> timer;
  std::promise<net::time_point> set;
  on.it.post([&] {
    timer = std::make_unique<net::one_shot_timer>(
        on.it, [&] { fired.set_value(std::chrono::steady_clock::now()); });
    const auto begin = std::chrono::steady_clock::now();
    timer->arm(begin + 10ms);
    timer->arm(begin + 40ms);  // if the first were still set, the promise would throw
    set.set_value(begin);
  });
  const auto begin = set.get_future().get();
  CHECK(fired.get_future().get() - begin >= 40ms);
  std::promise<void> gone;
  on.it.post([&] {
    timer.reset();
    gone.set_value();
  });
  gone.get_future().wait();
}
