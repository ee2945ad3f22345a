// One thread: sockets, timers, actors and flushing, turn by turn.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "config/base/ids.hpp"
#include "net/transport/session.hpp"
#include "net/transport/timer_wheel.hpp"

namespace roost::net {

class flusher;
class session_table;

/// What one turn may do before the next kind of work gets its share.
struct turn_budget {
  std::uint32_t sends_max = 256;
  std::chrono::microseconds send_time_max{2'000};
  std::uint32_t handlers_max = 128;
};

/// Runs the actors of a loop; declared here so that net/ needs to know no actor.
class actor_runner {
 public:
  virtual ~actor_runner() = default;
  virtual bool has_work() const = 0;
  /// Runs a bounded number of actors.
  virtual void run_some() = 0;
};

/// Owns: an io_context, a timer wheel, the flusher and the table of its sessions.
/// Runs on: the thread in run(); post() and stop() from any thread.
/// Ends: stop(), then run() returns; the owner joins the thread and destroys it.
///
/// A turn: up to handlers_max socket and timer handlers, then actors, then one flush of at most
/// sends_max sends or send_time_max. It blocks only when all three have nothing to do.
/// Sessions that are open when run() returns are closed with errc::abnormal.
class loop {
 public:
  loop(loop_id id, turn_budget budget);
  ~loop();
  loop(const loop&) = delete;
  loop& operator=(const loop&) = delete;

  loop_id id() const { return id_; }
  /// The loop whose run() is on this thread's stack, or null.
  static loop* current();
  boost::asio::io_context& context() { return context_; }
  /// Runs `work` on the loop in a later turn. Any thread.
  void post(std::function<void()> work);
  void run();
  void stop();

  timer_wheel& timers() { return wheel_; }
  /// Arms a timeout on the wheel and keeps the wheel turning while any is armed.
  void arm(timer_node& node, std::chrono::milliseconds after);
  net::flusher& flusher() { return *flusher_; }
  session_table& sessions() { return *sessions_; }
  /// Before run(), or on the loop. Null while there are no actors.
  void set_runner(actor_runner* runner) { runner_ = runner; }
  /// Turns since the start.
  std::uint64_t turns() const { return turns_.load(std::memory_order_relaxed); }
  /// The time at the beginning of this turn, but never from before the loop slept. On the loop.
  time_point now() const;

 private:
  void turn(bool may_block);
  bool has_nothing_to_do() const;
  void wake_wheel_at(time_point due);
  void turn_wheel();
  void end_sessions();

  loop_id id_;
  turn_budget budget_;
  // What handlers refer to stands before the context, whose end destroys those that still wait.
  timer_wheel wheel_;
  std::unique_ptr<net::flusher> flusher_;
  std::unique_ptr<session_table> sessions_;
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                    boost::asio::wait_traits<std::chrono::steady_clock>,
                                    boost::asio::io_context::executor_type>
      wheel_timer_;
  bool wheel_waits_ = false;
  time_point wheel_wakes_;
  mutable time_point now_;
  mutable bool is_now_known_ = false;
  actor_runner* runner_ = nullptr;
  std::atomic<bool> stopped_{false};
  std::atomic<std::uint64_t> turns_{0};
};

}  // namespace roost::net
