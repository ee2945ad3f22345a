// SPDX-License-Identifier: Apache-2.0
#include "actors/runtime/loop_scheduler.hpp"

#include <atomic>
#include <caf/all.hpp>
#include <memory>
#include <optional>

#include "actors/messages/end_now.hpp"
#include "actors/runtime/pinned_actor.hpp"
#include "recording_actor.hpp"
#include "tests/fixtures/catch.hpp"
#include "tests/fixtures/node_fixture.hpp"

namespace {

struct cargo {
  std::shared_ptr<int> token;
};

}  // namespace

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(cargo)

namespace {

using namespace roost;
using namespace roost::actors;
using namespace std::chrono_literals;
using tests::keeper;
using tests::notes;

/// An actor system on two running loops.
struct stage {
  stage() { loops.start(); }
  ~stage() {
    if (system) end();
  }
  void end() {
    loops.stop();
    system->await_actors_before_shutdown(false);
    system.reset();
  }
  loop_unit& unit(std::size_t i) { return loop_scheduler::of(*system).unit(i); }
  tests::running_loops loops{2};
  loop_actor_config config{loops.all()};
  std::optional<caf::actor_system> system{std::in_place, config};
};

/// Forwards each number.
class forwarder final : public pinned_actor {
 public:
  forwarder(caf::actor_config& cfg, caf::actor to) : pinned_actor(cfg), to_(std::move(to)) {}
  caf::behavior make_behavior() override {
    return {[this](int n) { send(to_, n); }, [this](end_now) { quit(); }};
  }

 private:
  caf::actor to_;
};

std::vector<int> up_to(int count) {
  std::vector<int> out(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) out[static_cast<std::size_t>(i)] = i;
  return out;
}

}  // namespace

TEST_CASE("the handlers of an actor run on its loop for messages from any sender") {
  stage it;
  notes seen;
  auto connection = spawn_on<keeper>(it.unit(0), seen);
  auto same_loop = spawn_on<forwarder>(it.unit(0), connection);
  auto other_loop = spawn_on<forwarder>(it.unit(1), connection);
  // Pass `who` as an argument: CAF binds a reference to null if a function takes none.
  const auto forward = [](caf::event_based_actor* self, const caf::actor& to) -> caf::behavior {
    return {[=](int n) { self->send(to, n); }};
  };
  auto unpinned = it.system->spawn(forward, connection);
  for (int i = 0; i < 500; ++i) {
    caf::anon_send(connection, i);
    caf::anon_send(same_loop, i);
    caf::anon_send(other_loop, i);
    caf::anon_send(unpinned, i);
    caf::delayed_anon_send(connection, 1ms, i);
  }
  it.loops.wait_until(0, [&] { return seen.numbers.size() == 2500; });
  CHECK(seen.strangers == 0);
}

TEST_CASE("messages between loops and from other threads arrive in the order sent") {
  stage it;
  notes directly;
  notes over_loops;
  auto one = spawn_on<keeper>(it.unit(1), directly);
  auto two = spawn_on<keeper>(it.unit(1), over_loops);
  auto between = spawn_on<forwarder>(it.unit(0), two);
  constexpr int count = 20'000;
  for (int i = 0; i < count; ++i) {
    caf::anon_send(one, i);
    caf::anon_send(between, i);
  }
  it.loops.wait_until(
      1, [&] { return directly.numbers.size() == count && over_loops.numbers.size() == count; });
  CHECK(directly.numbers == up_to(count));
  CHECK(over_loops.numbers == up_to(count));
}

TEST_CASE("a delayed message from an actor or another thread does not arrive early") {
  class waiter final : public pinned_actor {
   public:
    waiter(caf::actor_config& cfg, std::atomic<int>& early, std::atomic<int>& came)
        : pinned_actor(cfg), early_(early), came_(came) {}
    caf::behavior make_behavior() override {
      for (int ms = 20; ms > 0; --ms) delayed_send(this, std::chrono::milliseconds(ms), ms);
      return {[this](int ms) {
        if (std::chrono::steady_clock::now() < born_ + std::chrono::milliseconds(ms)) ++early_;
        ++came_;
      }};
    }

   private:
    std::chrono::steady_clock::time_point born_ = std::chrono::steady_clock::now();
    std::atomic<int>& early_;
    std::atomic<int>& came_;
  };
  stage it;
  std::atomic<int> early{0};
  std::atomic<int> came{0};
  auto connection = spawn_on<waiter>(it.unit(1), early, came);
  for (int ms = 20; ms > 0; --ms) {
    caf::delayed_anon_send(connection, std::chrono::milliseconds(ms), ms);
  }
  it.loops.wait_until(1, [&] { return came == 40; });
  CHECK(early == 0);
}

TEST_CASE("a monitor on another loop is notified even if the actor ended long before") {
  class watcher final : public pinned_actor {
   public:
    watcher(caf::actor_config& cfg, caf::actor target, notes& into)
        : pinned_actor(cfg), target_(std::move(target)), into_(into) {}
    caf::behavior make_behavior() override {
      set_down_handler([this](caf::down_msg& down) {
        if (net::loop::current() != &home()) ++into_.strangers;
        into_.numbers.push_back(down.reason == caf::exit_reason::user_shutdown ? 1 : 0);
      });
      monitor(target_);
      return {[](int) {}};
    }

   private:
    caf::actor target_;
    notes& into_;
  };
  stage it;
  notes unused;
  notes downs;
  notes late_downs;
  auto target = spawn_on<keeper>(it.unit(0), unused);
  auto watches = spawn_on<watcher>(it.unit(1), target, downs);
  it.loops.on(1, [] {});
  caf::anon_send(target, end_now{});
  it.loops.wait_until(1, [&] { return !downs.numbers.empty(); });
  auto comes_late = spawn_on<watcher>(it.unit(1), target, late_downs);
  it.loops.wait_until(1, [&] { return !late_downs.numbers.empty(); });
  CHECK(downs.numbers == std::vector{1});
  CHECK(late_downs.numbers == std::vector{1});
  CHECK(downs.strangers + late_downs.strangers == 0);
}

TEST_CASE("a request across loops is answered or times out") {
  static bool is_over = false;  // accessed only on the first loop
  class answerer final : public pinned_actor {
   public:
    using pinned_actor::pinned_actor;
    caf::behavior make_behavior() override {
      return {[this](int n) -> caf::result<int> {
        if (n >= 0) return n * 2;
        kept_.push_back(make_response_promise<int>());
        return kept_.back();
      }};
    }
    void on_exit() override {
      kept_.clear();  // break the cycle: a promise holds the requester, which holds this
      is_over = true;
    }

   private:
    std::vector<caf::typed_response_promise<int>> kept_;
  };
  class requester final : public pinned_actor {
   public:
    requester(caf::actor_config& cfg, caf::actor target, notes& into)
        : pinned_actor(cfg), target_(std::move(target)), into_(into) {}
    caf::behavior make_behavior() override {
      return {[this](int n) {
        auto keep = [this](int answer) {
          if (net::loop::current() != &home()) ++into_.strangers;
          into_.numbers.push_back(answer);
        };
        auto after = n < 0 ? 5ms : std::chrono::milliseconds(60'000);
        request(target_, after, n).then(keep, [keep](caf::error& e) {
          keep(e == caf::sec::request_timeout ? -1 : -2);
        });
      }};
    }

   private:
    caf::actor target_;
    notes& into_;
  };
  stage it;
  notes answers;
  auto responder = spawn_on<answerer>(it.unit(0));
  auto sender = spawn_on<requester>(it.unit(1), responder, answers);
  caf::anon_send(sender, 21);
  it.loops.wait_until(1, [&] { return answers.numbers.size() == 1; });
  caf::anon_send(sender, -5);
  it.loops.wait_until(1, [&] { return answers.numbers.size() == 2; });
  CHECK(answers.numbers == std::vector{42, -1});
  CHECK(answers.strangers == 0);
  // Both actors hold a reference to each other until one ends.
  caf::anon_send_exit(responder, caf::exit_reason::user_shutdown);
  it.loops.wait_until(0, [&] { return is_over; });
}

TEST_CASE("a shutdown with work queued leaks nothing") {
  class holder final : public pinned_actor {
   public:
    holder(caf::actor_config& cfg, std::shared_ptr<int> token)
        : pinned_actor(cfg), token_(std::move(token)) {}
    caf::behavior make_behavior() override {
      delayed_send(this, std::chrono::hours(1), cargo{token_});
      return {[this](cargo& message) {
        send(this, std::move(message));
      }};  // has a message at all times
    }

   private:
    std::shared_ptr<int> token_;
  };
  auto token = std::make_shared<int>(0);
  {
    stage it;
    for (std::size_t i = 0; i < 100; ++i) {
      auto connection = spawn_on<holder>(it.unit(i % 2), token);
      for (int n = 0; n < 10; ++n) caf::anon_send(connection, cargo{token});
      caf::delayed_anon_send(connection, std::chrono::hours(1), cargo{token});
    }
    it.loops.stop();
    for (std::size_t i = 0; i < 100; ++i) {  // the stopped loops never run these actors
      auto actor = spawn_on<holder>(it.unit(i % 2), token);
      caf::anon_send(actor, cargo{token});
      caf::delayed_anon_send(actor, std::chrono::hours(1), cargo{token});
    }
    it.end();
    CHECK(token.use_count() == 1);  // freed even before the loops are destroyed
  }
  CHECK(token.use_count() == 1);
}
