// SPDX-License-Identifier: Apache-2.0
#include "actors/runtime/loop_scheduler.hpp"

#include <algorithm>
#include <caf/mailbox_element.hpp>
#include <utility>

namespace roost::actors {

// -- loop_clock

loop_clock::loop_clock(net::loop& home)
    : home_(home), timer_(home, [this] {
        armed_for_ = time_point::max();
        trigger_expired_timeouts();
        rearm();
      }) {}

void loop_clock::set_ordinary_timeout(time_point t, caf::abstract_actor* self, caf::atom_value type,
                                      std::uint64_t id) {
  simple_actor_clock::set_ordinary_timeout(t, self, type, id);
  rearm();
}

void loop_clock::set_multi_timeout(time_point t, caf::abstract_actor* self, caf::atom_value type,
                                   std::uint64_t id) {
  simple_actor_clock::set_multi_timeout(t, self, type, id);
  rearm();
}

void loop_clock::set_request_timeout(time_point t, caf::abstract_actor* self, caf::message_id id) {
  simple_actor_clock::set_request_timeout(t, self, id);
  rearm();
}

void loop_clock::schedule_message(time_point t, caf::strong_actor_ptr receiver,
                                  caf::mailbox_element_ptr content) {
  simple_actor_clock::schedule_message(t, std::move(receiver), std::move(content));
  rearm();
}

void loop_clock::rearm() {
  auto next = schedule().empty() ? time_point::max() : schedule().begin()->first;
  if (next >= armed_for_ || next == time_point::max()) return;  // an early wake-up is harmless
  armed_for_ = next;
  timer_.arm(next);
}

void loop_clock::stop() {
  timer_.cancel();
  cancel_all();
}

// -- loop_unit

loop_unit::loop_unit(caf::actor_system& system, net::loop& home, std::size_t messages_max)
    : caf::execution_unit(&system), home_(home), clock_(home), messages_max_(messages_max) {
  home_.set_runner(this);
}

void loop_unit::exec_later(caf::resumable* task) {
  if (net::loop::current() == &home_) {
    ready_.push_back(task);
    return;
  }
  bool is_first = false;
  {
    std::lock_guard guard(lock_);
    is_first = remote_.empty() && remote_delayed_.empty();
    remote_.push_back(task);
  }
  if (is_first) wake_for_remote();
}

void loop_unit::schedule_from_outside(loop_clock::time_point t, caf::strong_actor_ptr receiver,
                                      caf::mailbox_element_ptr content) {
  bool is_first = false;
  {
    std::lock_guard guard(lock_);
    is_first = remote_.empty() && remote_delayed_.empty();
    remote_delayed_.push_back({t, std::move(receiver), std::move(content)});
  }
  if (is_first) wake_for_remote();
}

// Only the first item of a burst posts a wake-up. The posted handler holds no reference to an
// actor, because the loop may outlive the actor system.
void loop_unit::wake_for_remote() {
  home_.post([this] { take_remote(); });
}

void loop_unit::take_remote() {
  std::vector<delayed> later;
  {
    std::lock_guard guard(lock_);
    ready_.insert(ready_.end(), remote_.begin(), remote_.end());
    remote_.clear();
    later.swap(remote_delayed_);
  }
  for (auto& each : later) {
    clock_.schedule_message(each.due, std::move(each.receiver), std::move(each.content));
  }
}

void loop_unit::run_some() {
  if (order_) return run_in_order();
  // The budget bounds one iteration. A push runs five actors in a row and should reach the outbox
  // in this iteration, so the budget is at least twice the number of ready actors.
  auto budget = std::max<std::size_t>(4096, 2 * ready_.size());
  while (!ready_.empty() && budget-- > 0) {
    auto* task = ready_.front();
    ready_.pop_front();
    resume(task, messages_max_);
  }
}

void loop_unit::resume(caf::resumable* task, std::size_t messages_max) {
  switch (task->resume(this, messages_max)) {
    case caf::resumable::resume_later:
      ready_.push_back(task);
      break;
    case caf::resumable::shutdown_execution_unit:
      home_.stop();
      break;
    default:
      caf::intrusive_ptr_release(task);
  }
}

void loop_unit::run_in_order() {
  while (!ready_.empty()) {
    const auto next = order_->next(ready_.size());
    if (!next) return;
    const auto it = ready_.begin() + static_cast<std::ptrdiff_t>(next->actor);
    auto* task = *it;
    ready_.erase(it);
    resume(task, next->messages_max);
  }
}

bool loop_unit::release_all(void (*release)(caf::resumable*)) {
  home_.set_runner(nullptr);
  take_remote();
  const bool had_work = !ready_.empty() || !clock_.schedule().empty();
  while (!ready_.empty()) {
    auto* task = ready_.front();
    ready_.pop_front();
    release(task);
    take_remote();  // actors that were woken by the last messages of the released actor
  }
  clock_.stop();
  return had_work;
}

// -- loop_actor_config

loop_actor_config::loop_actor_config(std::span<const std::unique_ptr<net::loop>> all) : loops(all) {
  load<loop_scheduler>();
  set("scheduler.max-throughput", 64);
}

// -- loop_scheduler

/// Clock for threads that are not loops (main, tests): passes delayed messages to the clock of the
/// first loop.
class loop_scheduler::outside_clock final : public caf::actor_clock {
 public:
  explicit outside_clock(loop_scheduler& all) : all_(all) {}
  time_point now() const noexcept override { return all_.unit(0).clock().now(); }
  void schedule_message(time_point t, caf::strong_actor_ptr receiver,
                        caf::mailbox_element_ptr content) override {
    all_.unit(0).schedule_from_outside(t, std::move(receiver), std::move(content));
  }
  // Not needed: only actors have timeouts, and actors run on loops.
  void set_ordinary_timeout(time_point, caf::abstract_actor*, caf::atom_value,
                            std::uint64_t) override {}
  void set_multi_timeout(time_point, caf::abstract_actor*, caf::atom_value,
                         std::uint64_t) override {}
  void set_request_timeout(time_point, caf::abstract_actor*, caf::message_id) override {}
  void cancel_ordinary_timeout(caf::abstract_actor*, caf::atom_value) override {}
  void cancel_request_timeout(caf::abstract_actor*, caf::message_id) override {}
  void cancel_timeouts(caf::abstract_actor*) override {}
  void schedule_message(time_point, caf::group, caf::strong_actor_ptr, caf::message) override {}
  void cancel_all() override {}

 private:
  loop_scheduler& all_;
};

loop_scheduler::loop_scheduler(caf::actor_system& sys) : abstract_coordinator(sys) {}

caf::actor_system::module* loop_scheduler::make(caf::actor_system& system,
                                                caf::detail::type_list<>) {
  return new loop_scheduler(system);  // the actor system owns its modules
}

loop_scheduler& loop_scheduler::of(caf::actor_system& system) {
  return static_cast<loop_scheduler&>(system.scheduler());
}

void loop_scheduler::start() {
  const auto& loop_config = dynamic_cast<const loop_actor_config&>(config());
  for (const auto& each : loop_config.loops) {
    units_.push_back(std::make_unique<loop_unit>(system(), *each, max_throughput()));
  }
  outside_ = std::make_unique<outside_clock>(*this);
  // abstract_coordinator::start() is not called: it would start CAF's printer actor and its thread,
  // and no code here prints through CAF.
}

void loop_scheduler::stop() {
  // Released actors may send messages that wake actors of another unit, so repeat.
  for (bool had_work = true; had_work;) {
    had_work = false;
    for (auto& each : units_) {
      had_work |= each->release_all(&abstract_coordinator::cleanup_and_release);
    }
  }
}

loop_unit& loop_scheduler::unit_of_this_thread() {
  if (auto* here = net::loop::current()) return *units_[here->id().value];
  return *units_[next_.fetch_add(1, std::memory_order_relaxed) % units_.size()];
}

void loop_scheduler::enqueue(caf::resumable* task) { unit_of_this_thread().exec_later(task); }

caf::actor_clock& loop_scheduler::clock() noexcept {
  if (auto* here = net::loop::current()) return units_[here->id().value]->clock();
  return *outside_;
}

}  // namespace roost::actors
