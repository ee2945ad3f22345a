// SPDX-License-Identifier: Apache-2.0
#include "cluster/log/log_history.hpp"

#include <algorithm>
#include <variant>

namespace roost::cluster {

void log_history::add(sequence at, const log_entry& entry) {
  const auto continues = [&](const run& last) {
    return last.ownership == entry.ownership &&
           last.number + (at.value - last.first.value) == entry.number;
  };
  if (runs_.empty() || !continues(runs_.back())) {
    runs_.push_back({at, entry.ownership, entry.number});
    if (runs_.size() > epochs_max) runs_.pop_front();
  }
  if (const auto* marker = std::get_if<log_entries::marker>(&entry.body)) {
    name({entry.ownership, marker->text});
  } else if (const auto* epochs = std::get_if<log_entries::epochs>(&entry.body)) {
    for (const auto& each : epochs->all) name(each);
  }
}

void log_history::name(const log_entries::epochs::entry& epoch) {
  const auto is_older = [](const auto& a, const auto& b) { return a.ownership < b.ownership; };
  const auto place = std::lower_bound(epochs_.begin(), epochs_.end(), epoch, is_older);
  if (place != epochs_.end() && place->ownership == epoch.ownership) return;
  epochs_.insert(place, epoch);
  if (epochs_.size() > epochs_max) epochs_.erase(epochs_.begin());
}

bool log_history::knows(sequence at, const log_entry& entry) const {
  const auto found = std::find_if(runs_.rbegin(), runs_.rend(),
                                  [&](const auto& each) { return each.first <= at; });
  return found != runs_.rend() && found->ownership == entry.ownership &&
         found->number + (at.value - found->first.value) == entry.number;
}

void log_history::clear() {
  epochs_.clear();
  runs_.clear();
}

}  // namespace roost::cluster
