// SPDX-License-Identifier: Apache-2.0
// Base class of actors that stay on one loop until they end.
#pragma once

#include <caf/delegated.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/logger.hpp>
#include <caf/spawn_options.hpp>
#include <utility>

#include "actors/runtime/loop_scheduler.hpp"

#ifdef __SANITIZE_THREAD__
// sanitizer/tsan_interface.h
extern "C" void __tsan_acquire(void* address);
extern "C" void __tsan_release(void* address);
#endif

namespace roost::actors {

// CAF's library is built without the thread sanitizer, so the sanitizer does not see that a mailbox
// synchronizes sender and receiver. These annotations declare it: at enqueue and at each message.
#ifdef __SANITIZE_THREAD__
inline void release_mailbox(void* mailbox) { __tsan_release(mailbox); }
#else
inline void release_mailbox(void*) {}
#endif

/// Return type for handlers of frequent messages without a response. With void, CAF would create
/// and drop a response promise for each message.
using no_answer = caf::delegated<void>;

/// Base of every actor here. Owns: nothing. Runs on: its home loop only; every message is scheduled
/// there, while CAF would schedule it on the sender's unit. Ends: see the derived class.
///
/// To save 400 bytes for each actor, a class may share one thread_local behavior between all its
/// actors on a thread. Its handlers then capture nothing and call `self<Class>()`.
class pinned_actor : public caf::event_based_actor {
 public:
  explicit pinned_actor(caf::actor_config& cfg)
      : caf::event_based_actor(cfg), home_(static_cast<loop_unit*>(cfg.host)) {}

  using caf::event_based_actor::enqueue;
  void enqueue(caf::mailbox_element_ptr message, caf::execution_unit*) override {
    release_mailbox(this);
    caf::event_based_actor::enqueue(std::move(message), home_);
  }
  caf::resumable::resume_result resume(caf::execution_unit* unit, std::size_t max) override {
    auto* before = std::exchange(running_, this);
    auto out = caf::event_based_actor::resume(unit, max);
    running_ = before;
    return out;
  }
#ifdef __SANITIZE_THREAD__
  using caf::event_based_actor::consume;
  caf::invoke_message_result consume(caf::mailbox_element& message) override {
    __tsan_acquire(this);
    return caf::event_based_actor::consume(message);
  }
#endif
  net::loop& home() const { return home_->home(); }

 protected:
  /// The actor whose handler runs on this thread.
  template <class Class>
  static Class& self() {
    return static_cast<Class&>(*running_);
  }

 private:
  static inline thread_local pinned_actor* running_ = nullptr;
  loop_unit* home_;
};

/// Spawns `Class` on `unit`; any thread. Do not spawn a pinned class with CAF's plain spawn().
template <class Class, class... Arguments>
caf::actor spawn_on(loop_unit& unit, Arguments&&... arguments) {
  caf::actor_config cfg{&unit};
  auto out = unit.system().spawn_class<Class, caf::no_spawn_options>(
      cfg, std::forward<Arguments>(arguments)...);
  // Spawning sets CAF's logger for this thread. With a logger, each run of an actor takes a lock of
  // all loops twice, to record the actor's id. CAF's log is not used, so unset it.
  caf::logger::set_current_actor_system(nullptr);
  return out;
}

}  // namespace roost::actors
