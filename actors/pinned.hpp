// An actor that lives on one loop for its whole life.
#pragma once

#include <caf/delegated.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/logger.hpp>
#include <caf/spawn_options.hpp>
#include <utility>

#include "actors/loop_scheduler.hpp"

#ifdef __SANITIZE_THREAD__
// sanitizer/tsan_interface.h
extern "C" void __tsan_acquire(void* address);
extern "C" void __tsan_release(void* address);
#endif

namespace roost::actors {

// CAF's library is not built with the thread sanitizer, which therefore does not see that its
// mailboxes order their two sides. Told of it, it can watch the handlers; the oldest message, which
// is the one that was surely there before, is then handled alone.
#ifdef __SANITIZE_THREAD__
inline constexpr bool is_watched = true;
inline void published(void* mailbox) { __tsan_release(mailbox); }
inline void seen(void* mailbox) { __tsan_acquire(mailbox); }
#else
inline constexpr bool is_watched = false;
inline void published(void*) {}
inline void seen(void*) {}
#endif

/// What a handler of frequent messages returns that nobody waits to have answered: for void, CAF
/// makes a promise of an answer to each, and drops it.
using no_answer = caf::delegated<void>;

/// Base of every actor here. Owns: nothing. Runs on: its home loop only, because whatever is sent
/// to it is scheduled there, not on the sender's unit as CAF would. Ends: as its class says.
///
/// Its class gives one behavior a thread, shared by all actors of that class there (400 bytes less
/// an actor): the handlers are free of captures and call `self<Class>()`.
class pinned : public caf::event_based_actor {
 public:
  explicit pinned(caf::actor_config& cfg)
      : caf::event_based_actor(cfg), home_(static_cast<loop_unit*>(cfg.host)) {}

  using caf::event_based_actor::enqueue;
  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) override {
    published(this);
    caf::event_based_actor::enqueue(std::move(what), home_);
  }
  caf::resumable::resume_result resume(caf::execution_unit* unit, std::size_t most) override {
    auto* before = std::exchange(running_, this);
    seen(this);
    auto out = caf::event_based_actor::resume(unit, is_watched ? 1 : most);
    running_ = before;
    return out;
  }
  net::loop& home() const { return home_->home(); }

 protected:
  /// The actor whose handler runs on this thread.
  template <class Class>
  static Class& self() {
    return static_cast<Class&>(*running_);
  }

 private:
  static inline thread_local pinned* running_ = nullptr;
  loop_unit* home_;
};

/// Spawns `Class` on `unit`; any thread. Plain spawn() of a pinned class is a mistake.
template <class Class, class... Arguments>
caf::actor spawn_on(loop_unit& unit, Arguments&&... arguments) {
  caf::actor_config cfg{&unit};
  auto out = unit.system().spawn_class<Class, caf::no_spawn_options>(
      cfg, std::forward<Arguments>(arguments)...);
  // CAF has made its logger this thread's: from then on each run of an actor would twice take a
  // lock that all loops share, to note which actor it is. Nothing is logged there.
  caf::logger::set_current_actor_system(nullptr);
  return out;
}

}  // namespace roost::actors
