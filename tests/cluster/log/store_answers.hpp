// SPDX-License-Identifier: Apache-2.0
// Answers of an asynchronous store, for the contract tests of the stores.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "cluster/log/store_result.hpp"
#include "config/base/bytes.hpp"

namespace roost::cluster::contract {

/// The answer to one request. Owns: the answer. Runs on: any thread. Ends: any time.
template <class Answer>
class awaited {
 public:
  std::function<void(Answer)> callback() {
    return [state = state_](Answer answer) {
      const std::lock_guard lock(state->mutex);
      ++state->calls;
      state->answer = std::move(answer);
      state->answered.notify_all();
    };
  }
  /// Waits for the answer; throws after 30 s, and if a second answer has come.
  Answer get() const {
    std::unique_lock lock(state_->mutex);
    state_->answered.wait_for(lock, std::chrono::seconds(30), [this] { return calls() > 0; });
    if (calls() != 1) throw std::runtime_error(std::to_string(calls()) + " answers to one request");
    return *state_->answer;
  }

 private:
  struct shared_state {
    std::mutex mutex;
    std::condition_variable answered;
    unsigned calls = 0;
    std::optional<Answer> answer;
  };
  unsigned calls() const { return state_->calls; }
  std::shared_ptr<shared_state> state_ = std::make_shared<shared_state>();
};

inline slice slice_of(std::string_view text) { return slice::of(bytes_ptr::copy(text)); }

inline bool is_stored(const write_result& result, sequence at) {
  return result.outcome == write_outcome::stored && result.at == at && result.why.empty();
}
/// A refused write names no sequence, and says why.
inline bool has_failed(const write_result& result, write_outcome outcome) {
  return result.outcome == outcome && result.at == sequence{} && !result.why.empty();
}

}  // namespace roost::cluster::contract
