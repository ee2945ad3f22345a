#include "net/loop.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "net/transport/flusher.hpp"
#include "net/transport/session_table.hpp"

namespace roost::net {
namespace {

using clock = std::chrono::steady_clock;
thread_local loop* loop_of_this_thread = nullptr;

}  // namespace

loop::loop(loop_id id, turn_budget budget)
    : id_(id),
      budget_(budget),
      wheel_(clock::now()),
      flusher_(std::make_unique<net::flusher>()),
      sessions_(std::make_unique<session_table>(id)),
      context_(1),
      guard_(context_.get_executor()),
      wheel_timer_(context_.get_executor()) {
  budget_.handlers_max = std::max(budget_.handlers_max, 1U);
}

loop::~loop() { end_sessions(); }

loop* loop::current() { return loop_of_this_thread; }

void loop::post(std::function<void()> work) { boost::asio::post(context_, std::move(work)); }

time_point loop::now() const {
  if (!is_now_known_) {
    now_ = clock::now();
    is_now_known_ = true;
  }
  return now_;
}

void loop::run() {
  auto* const before = std::exchange(loop_of_this_thread, this);
  while (!stopped_.load(std::memory_order_acquire)) turn(has_nothing_to_do());
  end_sessions();
  loop_of_this_thread = before;
}

void loop::stop() {
  stopped_.store(true, std::memory_order_release);
  // Wakes a turn that blocks.
  boost::asio::post(context_, [] {});
}

bool loop::has_nothing_to_do() const {
  return flusher_->idle() && !(runner_ && runner_->has_work());
}

void loop::turn(bool may_block) {
  // Asked for anew after a wait, so that a clock read is paid only where somebody looks.
  is_now_known_ = false;
  std::size_t handled = may_block ? context_.run_one() : 0;
  while (handled < budget_.handlers_max && context_.poll_one() > 0) ++handled;
  if (runner_ && runner_->has_work()) runner_->run_some();
  flusher_->flush(budget_);
  turns_.fetch_add(1, std::memory_order_relaxed);
}

void loop::arm(timer_node& node, std::chrono::milliseconds after) {
  wake_wheel_at(wheel_.arm(node, after, clock::now()));
}

void loop::wake_wheel_at(time_point due) {
  if (wheel_waits_ && wheel_wakes_ <= due) return;
  wheel_waits_ = true;
  wheel_wakes_ = due;
  wheel_timer_.expires_at(due);
  wheel_timer_.async_wait([this](const boost::system::error_code& failure) {
    if (!failure) turn_wheel();
  });
}

void loop::turn_wheel() {
  wheel_waits_ = false;
  wheel_.advance(clock::now());
  if (wheel_.armed() > 0) wake_wheel_at(wheel_.next_due());
}

void loop::end_sessions() {
  const auto left = sessions_->all();
  if (left.empty()) return;
  for (const auto& each : left) each->close(errc::abnormal);
  // Their last steps are posted; bounded, as other work may post itself for ever.
  const auto steps_max = left.size() * 8 + 1024;
  for (std::size_t i = 0; i < steps_max && sessions_->size() > 0; ++i) {
    if (context_.poll_one() == 0) break;
  }
}

}  // namespace roost::net
