// SPDX-License-Identifier: Apache-2.0
// A bounded table of token buckets, one for each address or user.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <list>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "config/base/keyed_hash.hpp"
#include "config/telemetry/metrics.hpp"
#include "net/limits/token_bucket.hpp"

namespace roost::net::limits {

/// An LRU table. Owns: a bucket for each key that took a token recently. Runs on: any thread; keys
/// hash to stripes with a lock each, so that loops rarely contend. Ends: with its node.
///
/// A full bucket equals a new one, so it expires: each insertion removes up to two. At the bound
/// the least recently used bucket is evicted, which is the one nearest to full, so a flood of new
/// keys resets only the limits of keys that have been idle.
template <class Key, class Hash = keyed_hash>
class bucket_table {
 public:
  static constexpr std::size_t stripes = 64;
  static constexpr std::size_t entries_max_default = 65'536;

  /// The number of entries is added to the gauge rate_buckets.
  explicit bucket_table(metrics& probe, std::size_t entries_max = entries_max_default)
      : probe_(probe), stripe_max_(std::max<std::size_t>(entries_max / stripes, 1)) {}
  ~bucket_table() { probe_.add(metrics::gauge::rate_buckets, -static_cast<double>(size())); }
  bucket_table(const bucket_table&) = delete;
  bucket_table& operator=(const bucket_table&) = delete;

  /// Takes one token and returns zero. Without a token it takes none, and returns the time until
  /// one is available.
  std::chrono::nanoseconds take(const Key& key, const rate_limit& limit, time_point now) {
    if (limit.per_second == 0) return std::chrono::nanoseconds{0};
    auto& target = stripes_[Hash{}(key) / 7 % stripes];
    std::lock_guard guard(target.lock);
    auto& bucket = find(target, key, limit, now);
    if (bucket.take(limit, now)) return std::chrono::nanoseconds{0};
    return std::max(bucket.ready_in(limit, now), std::chrono::nanoseconds{1});
  }
  std::size_t size() const {
    std::size_t out = 0;
    for (const auto& each : stripes_) {
      std::lock_guard guard(each.lock);
      out += each.entries.size();
    }
    return out;
  }

 private:
  struct entry {
    Key key;
    token_bucket bucket;
  };
  using entry_list = std::list<entry>;
  struct stripe {
    mutable std::mutex lock;
    entry_list entries;  // most recently used first
    std::unordered_map<Key, typename entry_list::iterator, Hash> index;
  };

  token_bucket& find(stripe& target, const Key& key, const rate_limit& limit, time_point now) {
    if (const auto it = target.index.find(key); it != target.index.end()) {
      target.entries.splice(target.entries.begin(), target.entries, it->second);
      return it->second->bucket;
    }
    // Expire up to two full buckets for each insertion: faster than new keys arrive.
    for (int i = 0; i < 2 && !target.entries.empty(); ++i) {
      if (!target.entries.back().bucket.is_full(limit, now)) break;
      evict_last(target);
    }
    if (target.entries.size() >= stripe_max_) evict_last(target);
    target.entries.push_front({key, {}});
    target.index.emplace(key, target.entries.begin());
    probe_.add(metrics::gauge::rate_buckets, 1);
    return target.entries.front().bucket;
  }
  void evict_last(stripe& target) {
    target.index.erase(target.entries.back().key);
    target.entries.pop_back();
    probe_.add(metrics::gauge::rate_buckets, -1);
  }

  metrics& probe_;
  std::size_t stripe_max_;
  std::array<stripe, stripes> stripes_;
};

}  // namespace roost::net::limits
