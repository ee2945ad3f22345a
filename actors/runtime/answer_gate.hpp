// SPDX-License-Identifier: Apache-2.0
// Passes answers that may come on any thread, and after their receiver has ended.
#pragma once

#include <mutex>
#include <optional>
#include <utility>

namespace roost::actors {

/// The receiver closes it when it ends; later answers are dropped. The senders of answers share it.
/// Owns: the receiver's address. Runs on: any thread. Ends: with the last request.
template <class Address>
class answer_gate {
 public:
  explicit answer_gate(Address to) : to_(std::move(to)) {}
  void close() {
    const std::scoped_lock guard(lock_);
    to_.reset();
  }
  /// Calls `use` with the address, unless the gate is closed. close() waits for the call.
  template <class Use>
  void pass(Use use) {
    const std::scoped_lock guard(lock_);
    if (to_) use(*to_);
  }

 private:
  std::mutex lock_;
  std::optional<Address> to_;
};

}  // namespace roost::actors
