#include "actors/api/held_edges.hpp"

#include "actors/room/edge_directory.hpp"

namespace roost::actors {

caf::actor held_edges::take(const topic& where) {
  auto [it, is_new] = all_.try_emplace(where);
  auto& found = it->second;
  if (is_new) {
    found.edge = from_.acquire(where);
  } else if (found.uses == 0) {
    --idle_;
  }
  ++found.uses;
  return found.edge;
}

void held_edges::give_back(const topic& where, time_point now) {
  const auto it = all_.find(where);
  if (it == all_.end() || it->second.uses == 0 || --it->second.uses != 0) return;
  if (idle_ < idle_max) {
    ++idle_;
    it->second.since = now;
    return;
  }
  from_.release(where);
  all_.erase(it);
}

void held_edges::sweep(time_point now) {
  for (auto it = all_.begin(); it != all_.end();) {
    const bool is_over = it->second.uses == 0 && it->second.since + idle_for <= now;
    if (!is_over) {
      ++it;
      continue;
    }
    --idle_;
    from_.release(it->first);
    it = all_.erase(it);
  }
}

void held_edges::release_all() {
  for (const auto& [where, each] : all_) from_.release(where);
  all_.clear();
  idle_ = 0;
}

}  // namespace roost::actors
