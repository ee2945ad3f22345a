#include "cluster/bus_in_process.hpp"

#include <utility>

namespace roost::cluster {

result<void> bus_in_process::publish(command&& what) {
  handler_.command_arrived(std::move(what));
  return {};
}

result<void> bus_in_process::publish(const event_ptr& what) {
  {
    auto& home = shard_of(what->where);
    std::lock_guard guard(home.lock);
    if (!home.uses.contains(what->where)) return {};
  }
  handler_.event_arrived(what);
  return {};
}

void bus_in_process::subscribe(const topic& where) {
  auto& home = shard_of(where);
  std::lock_guard guard(home.lock);
  ++home.uses[where];
}

void bus_in_process::unsubscribe(const topic& where) {
  auto& home = shard_of(where);
  std::lock_guard guard(home.lock);
  auto it = home.uses.find(where);
  if (it != home.uses.end() && --it->second == 0) home.uses.erase(it);
}

}  // namespace roost::cluster
