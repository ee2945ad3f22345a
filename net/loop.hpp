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
  /// The time at the beginning of this turn.
  time_point now() const { return now_; }

 private:
  void turn(bool may_block);
  void wake_wheel();

  loop_id id_;
  turn_budget budget_;
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  boost::asio::steady_timer wheel_timer_;
  bool wheel_waits_ = false;
  time_point now_;
  timer_wheel wheel_;
  std::unique_ptr<net::flusher> flusher_;
  std::unique_ptr<session_table> sessions_;
  actor_runner* runner_ = nullptr;
  std::atomic<bool> stopped_{false};
  std::atomic<std::uint64_t> turns_{0};
};

}  // namespace roost::net
