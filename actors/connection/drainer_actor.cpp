// SPDX-License-Identifier: Apache-2.0
#include "actors/connection/drainer_actor.hpp"

#include <caf/send.hpp>
#include <utility>

#include "actors/messages/end_now.hpp"

namespace roost::actors {

drain_connection with_jitter(const settings& config, std::minstd_rand& random) {
  return {
      std::uniform_int_distribution<std::uint32_t>{0, config.drain.reconnect_jitter_ms}(random)};
}

caf::behavior drainer_actor::make_behavior() {
  static thread_local const caf::behavior shared{
      [](drain_tick) { self<drainer_actor>().tick(); },
      [](end_now) { self<drainer_actor>().quit(); },
  };
  return shared;
}

void drainer_actor::begin() {
  const auto loop = home().id();
  for (const auto& [id, each] : connections_.on(loop)) to_drain_.push_back(each);
  pace_.emplace(to_drain_.size(), spread_, home().now(), loop.value, connections_.loops());
}

void drainer_actor::tick() {
  if (!pace_) begin();
  const auto now = home().now();
  for (const auto due = pace_->due(now); sent_ < due; ++sent_) {
    caf::anon_send(std::exchange(to_drain_[sent_], {}), with_jitter(config_.current(), random_));
  }
  if (sent_ == to_drain_.size()) return quit();
  const auto after = std::max(pace_->next(sent_) - now, time_point::duration::zero());
  delayed_send(this, std::chrono::ceil<milliseconds>(after), drain_tick{});
}

}  // namespace roost::actors
