// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/log/model_owner.hpp"

#include <algorithm>

namespace roost::cluster::model {

owner::owner(const shard_log_limits& limits, node_id self, std::uint64_t seed,
             const log_faults* faults)
    : dice_(seed),
      log_(
          limits, self, [this] { return dice_.next(); }, faults) {}

void owner::load(const std::string& topic) {
  if (rooms_.try_emplace(topic).second) log_.load(roost::topic{topic});
}

void owner::push(const std::string& topic, std::uint64_t number, std::uint64_t unanswered) {
  if (!log_.is_serving()) return;
  load(topic);
  auto& held = rooms_[topic];
  if (!held.is_usable) return;
  held.is_leaving = false;
  auto& state = held.state;
  const auto last = state.last_number();
  if (number > last && number != std::max(last + 1, unanswered)) return;
  if (number > last) {
    const roost::topic name{topic};
    log_.add(name, {state.push(name, number)}, ++held.tickets);
  }
  const auto place = std::find(state.events.begin(), state.events.end(), number);
  if (place == state.events.end()) return;
  const auto at = static_cast<std::uint64_t>(place - state.events.begin()) + 1;
  const auto of = std::find_if(state.epochs.rbegin(), state.epochs.rend(),
                               [&](const auto& each) { return each.first <= at; });
  held.waiting.push_back({held.tickets, {topic, number, of->ownership, at}});
  answer(held);
}

void owner::answer(held_room& held) {
  std::erase_if(held.waiting, [&](const auto& each) {
    if (each.first > held.stored) return false;
    answers_.push_back(each.second);
    return true;
  });
}

bool owner::waits_for_log() const {
  return std::any_of(rooms_.begin(), rooms_.end(),
                     [](const auto& each) { return each.second.tickets > each.second.stored; });
}

void owner::leave(const std::string& topic) {
  const auto found = rooms_.find(topic);
  if (found == rooms_.end() || !found->second.is_usable || !log_.is_serving()) return;
  if (log_.is_covered(roost::topic{topic})) {
    log_.drop(roost::topic{topic});
    rooms_.erase(found);
  } else {
    found->second.is_leaving = true;
    log_.store_soon(roost::topic{topic});
  }
}

void owner::capture(time_point now) {
  for (const auto& topic : std::exchange(captures_, {})) {
    const auto found = rooms_.find(topic);
    if (found == rooms_.end()) {
      log_.capture_failed(roost::topic{topic});
    } else {
      capture(topic, found->second, now);
    }
  }
}

void owner::capture(const std::string& topic, held_room& held, time_point now) {
  const roost::topic name{topic};
  log_.captured(name, held.tickets, held.state.capture(name), now);
}

void owner::poll(time_point now) {
  now_ = now;
  for (auto& effect : log_.poll(now)) {
    std::visit([&](auto& each) { take(each); }, effect);
  }
}

void owner::take(shard_effects::send& effect) { requests_.push_back(std::move(effect.request)); }

void owner::take(shard_effects::stored& effect) {
  for (const auto& ticket : effect.tickets) {
    const auto found = rooms_.find(ticket.topic->name);
    if (found == rooms_.end()) continue;
    found->second.stored = ticket.number;
    answer(found->second);
  }
}

void owner::take(shard_effects::serving& effect) { serving_ = effect.ownership; }

void owner::take(shard_effects::stopped& effect) {
  if (effect.why == stop_reason::unreadable) violation_ = effect.detail;
  rooms_.clear();
  captures_.clear();
}

void owner::take(shard_effects::loaded& effect) {
  const auto topic = effect.topic->name;
  auto& held = rooms_[topic];
  held.state = room::make(effect.snapshot ? &*effect.snapshot : nullptr, effect.records);
  if (!held.state.violation.empty()) violation_ = "loaded: " + held.state.violation;
  held.state.begin(log_.ownership());
  held.is_loaded = true;
  held.is_usable = !effect.stores_first;
  if (effect.stores_first || held.is_captured_once_loaded) capture(topic, held, now_);
}

void owner::take(shard_effects::load_failed&) { violation_ = "a snapshot cannot be decoded"; }

void owner::take(shard_effects::capture& effect) {
  const auto topic = effect.topic->name;
  const bool is_held = rooms_.contains(topic);
  auto& held = rooms_[topic];
  if (held.is_loaded) {
    captures_.push_back(topic);
    return;
  }
  held.is_captured_once_loaded = true;
  if (is_held) return;
  held.is_leaving = true;
  log_.load(effect.topic);
}

void owner::take(shard_effects::stored_snapshot& effect) {
  const auto topic = effect.ticket.topic->name;
  const auto found = rooms_.find(topic);
  if (found == rooms_.end() || !found->second.is_loaded) return;
  found->second.is_usable = true;
  if (found->second.is_leaving && found->second.tickets == effect.ticket.number) leave(topic);
}

void owner::take(shard_effects::reload& effect) {
  rooms_.erase(effect.topic->name);
  load(effect.topic->name);
}

}  // namespace roost::cluster::model
