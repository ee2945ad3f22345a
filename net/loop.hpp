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
#include <vector>

#include "config/base/ids.hpp"
#include "net/transport/session.hpp"
#include "net/transport/timer_wheel.hpp"

namespace roost::net {

class flusher;
class loop;
class poller;
class session_table;

/// What one turn may do before the next kind of work gets its share.
struct turn_budget {
  std::uint32_t sends_max = 64;
  std::chrono::microseconds send_time_max{2'000};
  std::uint32_t handlers_max = 128;
  /// Looked at once in a few handlers; the one at hand is never cut.
  std::chrono::microseconds handler_time_max{2'000};
};

/// Runs the actors of a loop; declared here so that net/ needs to know no actor.
class actor_runner {
 public:
  virtual ~actor_runner() = default;
  virtual bool has_work() const = 0;
  /// Runs a bounded number of actors.
  virtual void run_some() = 0;
};

/// Tells a loop the time. In a simulation it is not the machine's.
class time_source {
 public:
  virtual ~time_source() = default;
  virtual time_point now() const = 0;
};

/// One moment at which a loop calls somebody. Owns: an Asio timer, which is not used where the loop
/// has a time source. Runs on: its loop. Ends: with its owner, before the loop.
class alarm {
 public:
  alarm(loop& home, std::function<void()> ring);
  ~alarm();
  alarm(const alarm&) = delete;
  alarm& operator=(const alarm&) = delete;
  /// Rings once, not before `due`; what was set before is forgotten.
  void set(time_point due);
  void cancel();

 private:
  friend class loop;
  loop& home_;
  std::function<void()> ring_;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                    boost::asio::wait_traits<std::chrono::steady_clock>,
                                    boost::asio::io_context::executor_type>
      timer_;
  time_point due_ = time_point::max();  // only with a time source
};

/// Owns: an io_context, a timer wheel, the flusher and the table of its sessions.
/// Runs on: the thread in run(), or whoever calls step(); post() and stop() from any thread.
/// Ends: stop(), then run() returns; the owner joins the thread and destroys it.
///
/// A turn: socket and timer handlers, up to handlers_max or handler_time_max, then actors, then one
/// flush of at most sends_max sends or send_time_max. It blocks only when all three have nothing to
/// do. Sessions that are open when run() returns are closed with errc::abnormal.
class loop {
 public:
  /// With a time source, which must outlive it, the loop is not run() but stepped.
  loop(loop_id id, turn_budget budget, const time_source* source = nullptr);
  ~loop();
  loop(const loop&) = delete;
  loop& operator=(const loop&) = delete;

  loop_id id() const { return id_; }
  /// The loop whose run() or step() is on this thread's stack, or null.
  static loop* current();
  boost::asio::io_context& context() { return context_; }
  /// Runs `work` on the loop in a later turn. Any thread.
  void post(std::function<void()> work);
  void run();
  void stop();
  /// For a thread that drives many loops: rings what is due and makes one turn, which never
  /// blocks. False: there was nothing to do.
  bool step();
  /// When an alarm rings next; time_point::max(): none is set. Only with a time source.
  time_point next_due() const;

  timer_wheel& timers() { return wheel_; }
  /// Arms a timeout on the wheel and keeps the wheel turning while any is armed.
  void arm(timer_node& node, std::chrono::milliseconds after);
  net::flusher& flusher() { return *flusher_; }
  session_table& sessions() { return *sessions_; }
  net::poller& poller() { return *poller_; }
  /// Before run(), or on the loop. Null while there are no actors.
  void set_runner(actor_runner* runner) { runner_ = runner; }
  /// Turns since the start.
  std::uint64_t turns() const { return turns_.load(std::memory_order_relaxed); }
  /// The time at the beginning of this turn, but never from before the loop slept. On the loop.
  time_point now() const;
  /// The time at this moment, asked for anew.
  time_point clock_now() const;

 private:
  friend class alarm;
  std::size_t turn(bool may_block);
  bool handlers_had_their_time(std::size_t handled) const;
  bool has_nothing_to_do() const;
  bool ring_due();
  void wake_wheel_at(time_point due);
  void turn_wheel();
  void end_sessions();

  loop_id id_;
  turn_budget budget_;
  const time_source* source_;
  // What handlers refer to stands before the context, whose end destroys those that still wait.
  timer_wheel wheel_;
  std::unique_ptr<net::flusher> flusher_;
  std::unique_ptr<session_table> sessions_;
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  std::vector<alarm*> alarms_;  // with a time source, those that it rings
  std::unique_ptr<net::poller> poller_;
  alarm wheel_alarm_;
  bool wheel_waits_ = false;
  time_point wheel_wakes_;
  mutable time_point now_;
  mutable bool is_now_known_ = false;
  actor_runner* runner_ = nullptr;
  std::atomic<bool> stopped_{false};
  std::atomic<std::uint64_t> turns_{0};
};

}  // namespace roost::net
