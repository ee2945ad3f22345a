// SPDX-License-Identifier: Apache-2.0
#include "net/loop/loop.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "net/loop/flusher.hpp"
#include "net/loop/poller.hpp"
#include "net/loop/session_registry.hpp"

namespace roost::net {
namespace {

thread_local loop* loop_of_this_thread = nullptr;
constexpr std::uint64_t timed_one_in = 16;
constexpr std::size_t handlers_per_clock_read = 8;

}  // namespace

// -- one_shot_timer

one_shot_timer::one_shot_timer(loop& home, std::function<void()> callback)
    : home_(home), callback_(std::move(callback)), timer_(home.context().get_executor()) {
  if (home_.source_) home_.one_shot_timers_.push_back(this);
}

one_shot_timer::~one_shot_timer() { std::erase(home_.one_shot_timers_, this); }

void one_shot_timer::arm(time_point due) {
  if (home_.source_) {
    due_ = due;
    return;
  }
  timer_.expires_at(due);
  timer_.async_wait([this](const boost::system::error_code& failure) {
    if (!failure) callback_();
  });
}

void one_shot_timer::cancel() {
  due_ = time_point::max();
  timer_.cancel();
}

// -- loop

loop::loop(loop_id id, iteration_budget budget, const time_source* source)
    : id_(id),
      budget_(budget),
      source_(source),
      wheel_(clock_now()),
      flusher_(std::make_unique<net::flusher>()),
      sessions_(std::make_unique<session_registry>(id)),
      context_(1),
      guard_(context_.get_executor()),
      poller_(std::make_unique<net::poller>(context_)),
      wheel_timer_(*this, [this] { advance_wheel(); }) {
  budget_.handlers_max = std::max(budget_.handlers_max, 1U);
}

loop::~loop() { end_sessions(); }

loop* loop::current() { return loop_of_this_thread; }

void loop::post(std::function<void()> work) { boost::asio::post(context_, std::move(work)); }

time_point loop::clock_now() const {
  return source_ ? source_->now() : std::chrono::steady_clock::now();
}

time_point loop::now() const {
  if (!is_now_known_) {
    now_ = clock_now();
    is_now_known_ = true;
  }
  return now_;
}

void loop::run() {
  auto* const before = std::exchange(loop_of_this_thread, this);
  while (!stopped_.load(std::memory_order_acquire)) run_iteration(is_idle());
  end_sessions();
  loop_of_this_thread = before;
}

bool loop::step() {
  auto* const before = std::exchange(loop_of_this_thread, this);
  is_now_known_ = false;
  const bool had_work = !is_idle();
  const bool has_fired = fire_due_timers();
  const auto handled = run_iteration(false);
  loop_of_this_thread = before;
  return had_work || has_fired || handled > 0;
}

bool loop::fire_due_timers() {
  bool has_fired = false;
  const auto current_time = clock_now();
  for (std::size_t i = 0; i < one_shot_timers_.size(); ++i) {
    if (one_shot_timers_[i]->due_ > current_time) continue;
    one_shot_timers_[i]->due_ = time_point::max();
    has_fired = true;
    one_shot_timers_[i]->callback_();
  }
  return has_fired;
}

time_point loop::next_due() const {
  auto out = time_point::max();
  for (const auto* each : one_shot_timers_) out = std::min(out, each->due_);
  return out;
}

void loop::stop() {
  stopped_.store(true, std::memory_order_release);
  // Wakes the loop if it blocks in run_one().
  boost::asio::post(context_, [] {});
}

bool loop::is_idle() const { return flusher_->is_idle() && !(runner_ && runner_->has_work()); }

std::size_t loop::run_iteration(bool may_block) {
  // Invalidates the cached time; the clock is read only in iterations that call now().
  is_now_known_ = false;
  const auto dispatched_before = poller_->dispatched();
  std::size_t handled = may_block ? context_.run_one() : context_.poll_one();
  // Two clock reads cost about 1 % of an iteration with one message, so one iteration in 16 is
  // timed. If run_one() blocked, it also ran the first handler, which cached now() when it began.
  auto* const probe = iterations() % timed_one_in == 0 ? flusher_->counts().probe() : nullptr;
  const auto began = probe ? now() : time_point{};
  // If socket events ended the wait, run no other handlers in this iteration: the answers to them
  // are flushed first.
  const bool has_dispatched = may_block && poller_->dispatched() != dispatched_before;
  const auto done = [&] { return handled + (poller_->dispatched() - dispatched_before); };
  while (!has_dispatched && done() < budget_.handlers_max && !is_handler_time_spent(handled)) {
    if (context_.poll_one() == 0) break;
    ++handled;
  }
  if (runner_ && runner_->has_work()) runner_->run_some();
  flusher_->flush(budget_);
  poller_->arm();
  if (probe) probe->observe(metrics::histogram::loop_iteration, id_, clock_now() - began);
  iterations_.fetch_add(1, std::memory_order_relaxed);
  return handled;
}

/// A handler may verify a token, which is slow, so a count of handlers alone is no bound. The clock
/// is read only after every 8 handlers.
bool loop::is_handler_time_spent(std::size_t handled) const {
  if (handled == 0 || handled % handlers_per_clock_read != 0) return false;
  const auto began = now();
  return clock_now() - began >= budget_.handler_time_max;
}

void loop::arm(timer_node& node, std::chrono::milliseconds after) {
  wake_wheel_at(wheel_.arm(node, after, clock_now()));
}

void loop::wake_wheel_at(time_point due) {
  if (wheel_waits_ && wheel_wakes_ <= due) return;
  wheel_waits_ = true;
  wheel_wakes_ = due;
  wheel_timer_.arm(due);
}

void loop::advance_wheel() {
  wheel_waits_ = false;
  (void)now();  // an iteration that begins with this handler is timed from here
  wheel_.advance(clock_now());
  if (wheel_.armed() > 0) wake_wheel_at(wheel_.next_due());
}

void loop::end_sessions() {
  const auto left = sessions_->all();
  if (left.empty()) return;
  for (const auto& each : left) each->close(errc::abnormal);
  // Sessions end in posted handlers. Bounded, because other handlers may repost themselves forever.
  const auto steps_max = left.size() * 8 + 1024;
  for (std::size_t i = 0; i < steps_max && sessions_->size() > 0; ++i) {
    if (context_.poll_one() == 0) break;
  }
}

}  // namespace roost::net
