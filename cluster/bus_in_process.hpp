// SPDX-License-Identifier: Apache-2.0
// The bus of a single node: publish() calls the handler directly.
#pragma once

#include <array>
#include <mutex>
#include <unordered_map>

#include "cluster/bus.hpp"

namespace roost::cluster {

/// A bus without a network. Owns: the subscriptions. Runs on: any thread; the handler runs inside
/// publish(). Ends: after every publisher has ended. The handler must outlive it.
class bus_in_process final : public bus {
 public:
  explicit bus_in_process(bus_handler& handler) : handler_(handler) {}
  result<void> publish(command&& command) override;
  result<void> publish(const event_ptr& event) override;
  void subscribe(const topic& topic) override;
  void unsubscribe(const topic& topic) override;
  bool may_lose() const override { return false; }

 private:
  // Topics hash to stripes, each with its own lock, so that loops rarely contend.
  struct stripe {
    std::mutex lock;
    std::unordered_map<topic, unsigned> subscriptions;
  };
  stripe& stripe_of(const topic& topic) {
    return stripes_[keyed_hash{}(topic.name) % stripes_.size()];
  }

  bus_handler& handler_;
  std::array<stripe, 64> stripes_;
};

}  // namespace roost::cluster
