// SPDX-License-Identifier: Apache-2.0
// The effects of a shard_log that wait for poll(). Pure.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "cluster/log/shard_log_io.hpp"

namespace roost::cluster {

/// Collects effects. Owns: them. Runs on: the thread of its shard_log. Ends: with it.
class effect_list {
 public:
  /// Adds a request. Returns its id, which is never used again.
  template <class Body>
  std::uint64_t send(Body body) {
    effects_.push_back(shard_effects::send{{++requests_, std::move(body)}});
    return requests_;
  }
  void add(shard_effect effect) { effects_.push_back(std::move(effect)); }
  /// Requests that were not taken yet are not sent.
  void drop_requests() {
    std::erase_if(effects_, [](const auto& effect) {
      return std::holds_alternative<shard_effects::send>(effect);
    });
  }
  std::vector<shard_effect> take() { return std::exchange(effects_, {}); }

 private:
  std::uint64_t requests_ = 0;
  std::vector<shard_effect> effects_;
};

}  // namespace roost::cluster
