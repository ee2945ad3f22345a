#include "net/loop.hpp"

#include <boost/asio/post.hpp>
#include <future>
#include <thread>

#include "tests/support/catch.hpp"

namespace {

using namespace roost;
using namespace std::chrono_literals;

struct running {
  net::loop it{loop_id{1}, net::turn_budget{}};
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

TEST_CASE("posted work runs on the loop's thread, which knows its loop") {
  running on;
  std::promise<net::loop*> seen;
  on.it.post([&] { seen.set_value(net::loop::current()); });
  CHECK(seen.get_future().get() == &on.it);
  CHECK(net::loop::current() == nullptr);
}

TEST_CASE("a loop with nothing to do makes no turns") {
  running on;
  std::promise<void> first;
  on.it.post([&] { first.set_value(); });
  first.get_future().wait();
  std::this_thread::sleep_for(20ms);
  const auto before = on.it.turns();
  std::this_thread::sleep_for(200ms);
  CHECK(on.it.turns() == before);
}

TEST_CASE("a loop goes on without a wake-up while actors have work") {
  net::loop it(loop_id{1}, net::turn_budget{});
  counting_runner actors;
  actors.left = 100;
  it.set_runner(&actors);
  std::thread thread([&] { it.run(); });
  actors.done.get_future().wait();
  it.stop();
  thread.join();
  CHECK(actors.rounds == 100);
}

TEST_CASE("actors get their share while handlers post themselves for ever") {
  net::loop it(loop_id{1}, net::turn_budget{});
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

TEST_CASE("an armed timer wakes a sleeping loop, and a nearer one before a farther one") {
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

TEST_CASE("the time of a turn is not from before the loop slept") {
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

TEST_CASE("a loop that was told to stop before it runs ends at once") {
  net::loop it(loop_id{1}, net::turn_budget{});
  it.stop();
  it.run();
  CHECK(it.turns() == 0);
}
