// SPDX-License-Identifier: Apache-2.0
// A fake DNS resolver that blocks until the test lets it answer.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

#include "net/auth/name_lookup.hpp"

namespace roost::net::auth {

/// A resolver whose calls block until answer(). Owns: the blocked calls. Runs on: any thread. Ends:
/// with the last call.
class slow_resolver {
 public:
  name_resolver resolver() {
    return [state = state_](const std::string&, const std::string&) {
      std::unique_lock held{state->lock};
      ++state->calls;
      state->changed.notify_all();
      state->changed.wait(held, [&] { return state->may_answer; });
      ++state->answers;
      state->changed.notify_all();
      return lookup_result{boost::asio::error::host_not_found, {}};
    };
  }
  void wait_for_calls(int count) {
    std::unique_lock held{state_->lock};
    state_->changed.wait(held, [&] { return state_->calls >= count; });
  }
  int answers() const {
    const std::lock_guard held{state_->lock};
    return state_->answers;
  }
  /// Unblocks every call, and waits until all have returned.
  void answer() {
    std::unique_lock held{state_->lock};
    state_->may_answer = true;
    state_->changed.notify_all();
    state_->changed.wait(held, [&] { return state_->answers == state_->calls; });
  }

 private:
  struct calls_of_threads {
    std::mutex lock;
    std::condition_variable changed;
    bool may_answer = false;
    int calls = 0;
    int answers = 0;
  };
  std::shared_ptr<calls_of_threads> state_ = std::make_shared<calls_of_threads>();
};

}  // namespace roost::net::auth
