// SPDX-License-Identifier: Apache-2.0
// An event loop: one thread that runs socket handlers, timers, actors and the flusher.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "config/base/ids.hpp"
#include "net/loop/iteration_budget.hpp"
#include "net/loop/timer_wheel.hpp"
#include "net/transport/session.hpp"

namespace roost::net {

class flusher;
class loop;
class poller;
class session_registry;

/// Runs the actors of a loop. An interface, so that net/ does not depend on actors/.
class actor_runner {
 public:
  virtual ~actor_runner() = default;
  virtual bool has_work() const = 0;
  /// Runs a bounded number of actors.
  virtual void run_some() = 0;
};

/// The clock of a loop. The simulator passes a virtual clock.
class time_source {
 public:
  virtual ~time_source() = default;
  virtual time_point now() const = 0;
};

/// A one-shot timer: its loop calls `callback` at the time that arm() sets. Owns: an Asio timer,
/// which is unused if the loop has a time source. Runs on: its loop. Ends: with its owner, before
/// the loop.
class one_shot_timer {
 public:
  one_shot_timer(loop& home, std::function<void()> callback);
  ~one_shot_timer();
  one_shot_timer(const one_shot_timer&) = delete;
  one_shot_timer& operator=(const one_shot_timer&) = delete;
  /// Calls the callback once, at `due` or later. Replaces a time that was set before.
  void arm(time_point due);
  void cancel();

 private:
  friend class loop;
  loop& home_;
  std::function<void()> callback_;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                    boost::asio::wait_traits<std::chrono::steady_clock>,
                                    boost::asio::io_context::executor_type>
      timer_;
  time_point due_ = time_point::max();  // only with a time source
};

/// An event loop. Owns: an io_context, a timer wheel, the flusher and the registry of its
/// sessions.
/// Runs on: the thread that calls run() or step(); post() and stop() are thread-safe.
/// Ends: run() returns after stop(); then the owner joins the thread and destroys the loop.
///
/// An iteration runs socket and timer handlers, up to handlers_max or handler_time_max, then
/// actors, then one flush of at most sends_max sends or send_time_max. The loop blocks only when
/// all three have nothing to do. Before run() returns it closes all open sessions with
/// errc::abnormal.
class loop {
 public:
  /// A loop with a time source is driven by step() instead of run(). The source must outlive it.
  loop(loop_id id, iteration_budget budget, const time_source* source = nullptr);
  ~loop();
  loop(const loop&) = delete;
  loop& operator=(const loop&) = delete;

  loop_id id() const { return id_; }
  /// The loop whose run() or step() is on this thread's stack, or null.
  static loop* current();
  boost::asio::io_context& context() { return context_; }
  /// Runs `work` on the loop, never within post() itself. Any thread.
  void post(std::function<void()> work);
  void run();
  void stop();
  /// Fires the one-shot timers that are due and runs one iteration, without blocking. For a thread
  /// that drives many loops. Returns false if there was nothing to do.
  bool step();
  /// The time at which the next one_shot_timer fires; time_point::max() if none is set. Only with a
  /// time source.
  time_point next_due() const;

  timer_wheel& timers() { return wheel_; }
  /// Arms a timeout on the wheel, and sets the one_shot_timer that advances the wheel.
  void arm(timer_node& node, std::chrono::milliseconds after);
  net::flusher& flusher() { return *flusher_; }
  session_registry& sessions() { return *sessions_; }
  net::poller& poller() { return *poller_; }
  /// Call before run() or on the loop. Null: there are no actors.
  void set_runner(actor_runner* runner) { runner_ = runner; }
  /// Iterations since the start.
  std::uint64_t iterations() const { return iterations_.load(std::memory_order_relaxed); }
  /// The time of the first call in this iteration, cached until the next one. Call on the loop.
  time_point now() const;
  /// The current time; each call reads the clock.
  time_point clock_now() const;

 private:
  friend class one_shot_timer;
  std::size_t run_iteration(bool may_block);
  bool is_handler_time_spent(std::size_t handled) const;
  bool is_idle() const;
  bool fire_due_timers();
  void wake_wheel_at(time_point due);
  void advance_wheel();
  void end_sessions();

  loop_id id_;
  iteration_budget budget_;
  const time_source* source_;
  // Declared before `context_`: its destructor destroys pending handlers, which refer to these.
  timer_wheel wheel_;
  std::unique_ptr<net::flusher> flusher_;
  std::unique_ptr<session_registry> sessions_;
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  std::vector<one_shot_timer*> one_shot_timers_;  // empty without a time source
  std::unique_ptr<net::poller> poller_;
  one_shot_timer wheel_timer_;
  bool wheel_waits_ = false;
  time_point wheel_wakes_;
  mutable time_point now_;
  mutable bool is_now_known_ = false;
  actor_runner* runner_ = nullptr;
  std::atomic<bool> stopped_{false};
  std::atomic<std::uint64_t> iterations_{0};
};

}  // namespace roost::net
