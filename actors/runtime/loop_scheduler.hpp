// SPDX-License-Identifier: Apache-2.0
// A CAF scheduler that runs actors on the threads of the loops, so that an actor and its sockets
// share one thread. Written for CAF 0.17.6.
#pragma once

#include <atomic>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/detail/simple_actor_clock.hpp>
#include <caf/execution_unit.hpp>
#include <caf/resumable.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "config/base/ids.hpp"
#include "config/base/keyed_hash.hpp"
#include "net/loop/loop.hpp"

namespace roost::actors {

/// CAF clock for the actors of one loop, driven by one timer of that loop.
/// Owns: the delayed messages and timeouts. Runs on: its loop. Ends: with its unit.
class loop_clock final : public caf::detail::simple_actor_clock {
 public:
  explicit loop_clock(net::loop& home);
  time_point now() const noexcept override { return home_.clock_now(); }
  using caf::detail::simple_actor_clock::schedule_message;
  void set_ordinary_timeout(time_point t, caf::abstract_actor* self, caf::atom_value type,
                            std::uint64_t id) override;
  void set_multi_timeout(time_point t, caf::abstract_actor* self, caf::atom_value type,
                         std::uint64_t id) override;
  void set_request_timeout(time_point t, caf::abstract_actor* self, caf::message_id id) override;
  void schedule_message(time_point t, caf::strong_actor_ptr receiver,
                        caf::mailbox_element_ptr content) override;
  void stop();

 private:
  void rearm();
  net::loop& home_;
  net::one_shot_timer timer_;
  time_point armed_for_ = time_point::max();
};

/// Lets the simulator choose the order in which ready actors run; the default order is FIFO.
class run_order {
 public:
  struct step {
    std::size_t actor = 0;  ///< index among the ready actors
    std::size_t messages_max = 1;
  };
  virtual ~run_order() = default;
  /// Chooses among `ready` (at least one) actors; none: end this iteration of the loop.
  virtual std::optional<step> next(std::size_t ready) = 0;
};

/// CAF's execution unit for one loop. Owns: the queue of actors that are ready to run.
/// Runs on: its loop; exec_later() and schedule_from_outside() from any thread.
/// Ends: with the scheduler.
class loop_unit final : public caf::execution_unit, public net::actor_runner {
 public:
  loop_unit(caf::actor_system& system, net::loop& home, std::size_t messages_max);
  void exec_later(caf::resumable* task) override;
  /// Schedules a delayed message from a thread that is not a loop.
  void schedule_from_outside(loop_clock::time_point t, caf::strong_actor_ptr receiver,
                             caf::mailbox_element_ptr content);
  bool has_work() const override { return !ready_.empty(); }
  void run_some() override;
  net::loop& home() { return home_; }
  loop_clock& clock() { return clock_; }
  /// Call before the loop runs. `order` must live until the loop has stopped. Null: FIFO order.
  void set_order(run_order* order) { order_ = order; }
  /// Call after the loop has stopped: releases all queued actors and cancels all delayed messages.
  /// True: there were some.
  bool release_all(void (*release)(caf::resumable*));

 private:
  struct delayed {
    loop_clock::time_point due;
    caf::strong_actor_ptr receiver;
    caf::mailbox_element_ptr content;
  };
  void resume(caf::resumable* task, std::size_t messages_max);
  void run_in_order();
  void take_remote();
  void wake_for_remote();

  net::loop& home_;
  loop_clock clock_;
  std::size_t messages_max_;  // messages an actor may handle before the next one runs
  run_order* order_ = nullptr;
  std::deque<caf::resumable*> ready_;
  std::mutex lock_;
  std::vector<caf::resumable*> remote_;  // scheduled by other threads, under lock_
  std::vector<delayed> remote_delayed_;
};

/// Configuration of an actor system that runs on loops. The loops must outlive the system.
class loop_actor_config : public caf::actor_system_config {
 public:
  explicit loop_actor_config(std::span<const std::unique_ptr<net::loop>> loops);
  std::span<const std::unique_ptr<net::loop>> loops;
};

/// CAF's scheduler module. Owns: one unit for each loop. Runs on: any thread; start() and stop() on
/// the thread that creates the actor system before the loops run and destroys it after they have
/// stopped. Ends: with the actor system.
class loop_scheduler final : public caf::scheduler::abstract_coordinator {
 public:
  explicit loop_scheduler(caf::actor_system& system);
  static caf::actor_system::module* make(caf::actor_system& system, caf::detail::type_list<>);
  /// The scheduler of a system that was configured with loop_actor_config.
  static loop_scheduler& of(caf::actor_system& system);

  void start() override;
  void stop() override;
  void enqueue(caf::resumable* task) override;
  caf::actor_clock& clock() noexcept override;

  loop_unit& unit(std::size_t index) { return *units_[index]; }
  /// The loop on which the topic's edge and room run.
  loop_unit& home_of(const topic& topic) { return unit(keyed_hash{}(topic.name) % size()); }
  std::size_t size() const { return units_.size(); }

 private:
  class outside_clock;
  loop_unit& unit_of_this_thread();
  std::vector<std::unique_ptr<loop_unit>> units_;
  std::unique_ptr<outside_clock> outside_;
  std::atomic<std::size_t> next_{0};
};

}  // namespace roost::actors
