// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/log_fill.hpp"

#include <utility>

namespace roost::cluster {

void log_fill::looked(shard_id shard, std::uint64_t bytes, std::uint64_t bytes_max) {
  const std::lock_guard lock(mutex_);
  auto& found = logs_[shard];
  found.bytes = bytes;
  found.bytes_max = bytes_max;
  set_nearly_full(found, is_above(found));
}

bool log_fill::appended(shard_id shard, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  auto& found = logs_[shard];
  found.bytes += bytes;
  set_nearly_full(found, is_above(found));
  return begins_watch(found);
}

bool log_fill::refused(shard_id shard) {
  const std::lock_guard lock(mutex_);
  auto& found = logs_[shard];
  set_nearly_full(found, true);
  return begins_watch(found);
}

bool log_fill::ends_watch(shard_id shard) {
  const std::lock_guard lock(mutex_);
  auto& found = logs_[shard];
  if (found.is_nearly_full) return false;
  found.is_watched = false;
  return true;
}

bool log_fill::is_above(const log& each) {
  return each.bytes_max > 0 && each.bytes / percent_max > each.bytes_max / 100;
}

bool log_fill::begins_watch(log& each) {
  return each.is_nearly_full && !std::exchange(each.is_watched, true);
}

void log_fill::set_nearly_full(log& changed, bool is_now) {
  if (is_now == changed.is_nearly_full) return;
  changed.is_nearly_full = is_now;
  if (is_now) {
    ++nearly_full_;
  } else {
    --nearly_full_;
  }
}

}  // namespace roost::cluster
