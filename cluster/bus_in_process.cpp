// SPDX-License-Identifier: Apache-2.0
#include "cluster/bus_in_process.hpp"

#include <utility>

namespace roost::cluster {

result<void> bus_in_process::publish(command&& command) {
  handler_.command_arrived(std::move(command));
  return {};
}

result<void> bus_in_process::publish(const event_ptr& event) {
  {
    auto& home = stripe_of(event->topic);
    std::lock_guard guard(home.lock);
    if (!home.subscriptions.contains(event->topic)) return {};
  }
  handler_.event_arrived(event);
  return {};
}

void bus_in_process::subscribe(const topic& topic) {
  auto& home = stripe_of(topic);
  std::lock_guard guard(home.lock);
  ++home.subscriptions[topic];
}

void bus_in_process::unsubscribe(const topic& topic) {
  auto& home = stripe_of(topic);
  std::lock_guard guard(home.lock);
  auto it = home.subscriptions.find(topic);
  if (it != home.subscriptions.end() && --it->second == 0) home.subscriptions.erase(it);
}

}  // namespace roost::cluster
