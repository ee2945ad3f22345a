// SPDX-License-Identifier: Apache-2.0
#include "cluster/identity/identify.hpp"

#include <array>
#include <cstdio>
#include <string>
#include <thread>
#include <utility>

#include "cluster/log/await_answer.hpp"
#include "cluster/wire/log_codec.hpp"
#include "config/base/clock.hpp"

namespace roost::cluster {
namespace {

constexpr shard_id identity_shard{0};
/// A replica may answer from an older moment, and a write may have no answer.
constexpr int rounds_max = 6;
constexpr milliseconds round_delay{100};

error cannot(const std::string& why) { return {errc::cannot_open_store, why}; }

/// Tells keys apart without showing them: who knows the key can aim at a shard.
std::string fingerprint_of(const siphash_key& key) {
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx",
                static_cast<unsigned long long>(siphash<2, 4>::of(key, "fingerprint")));
  return digits.data();
}

/// Empty: they are the same, as far as they have to be.
std::string difference_of(const store_identity& stored, const proposed_identity& wanted) {
  const auto& own = wanted.own;
  if (stored.oldest_version == 0 || stored.oldest_version > own.oldest_version) {
    return "the store has messages of version " + std::to_string(stored.oldest_version) +
           ", but this node reads versions 1 to " + std::to_string(own.oldest_version);
  }
  if (!own.cluster.empty() && stored.cluster != own.cluster) {
    return "cluster.name is " + own.cluster + ", but the store is of " +
           (stored.cluster.empty() ? "a node without a cluster" : "the cluster " + stored.cluster);
  }
  if (stored.shards != own.shards) {
    return "cluster.shards is " + std::to_string(own.shards) + ", but the store has " +
           std::to_string(stored.shards) + " shards, which cannot be changed";
  }
  if (wanted.has_known_key && !(stored.key == own.key)) {
    return "the store has another hash key (fingerprint " + fingerprint_of(stored.key) +
           ") than this node (" + fingerprint_of(own.key) + ")";
  }
  return {};
}

result<store_identity> check(const slice& stored, const proposed_identity& wanted) {
  const auto found = wire::decode_identity(stored);
  if (!found) {
    return cannot("its identity cannot be read: " + std::string(wire::name_of(found.why)));
  }
  const auto difference = difference_of(found.value, wanted);
  if (!difference.empty()) return cannot(difference);
  return found.value;
}

result<snapshot_page> read_identity(snapshot_store& snapshots) {
  return await_answer<result<snapshot_page>>([&](auto done) {
    snapshots.get(identity_shard, {std::string(identity_key)}, std::move(done));
  });
}

write_result write_identity(snapshot_store& snapshots, const store_identity& own) {
  wire::byte_writer message;
  wire::encode(own, message);
  return await_answer<write_result>([&](auto done) {
    snapshots.put(identity_shard, std::string(identity_key), sequence{0}, message.take(),
                  std::move(done));
  });
}

}  // namespace

result<store_identity> identify(snapshot_store& snapshots, const proposed_identity& wanted,
                                const std::function<result<bool>()>& has_logs) {
  std::string why;
  for (int round = 0; round < rounds_max; ++round) {
    if (round > 0) std::this_thread::sleep_for(round_delay);
    const auto found = read_identity(snapshots);
    if (found && !found->messages.empty()) {
      return check(found->messages.front().data, wanted);
    }
    const auto is_used = found ? has_logs() : found.failure();
    if (!is_used) {
      why = is_used.failure().detail;
      continue;
    }
    if (*is_used) {  // unless another node has begun the store since it was read
      why = "it has stored rooms, but its identity is missing";
      continue;
    }
    const auto written = write_identity(snapshots, wanted.own);
    if (written.outcome == write_outcome::stored) return wanted.own;
    why = written.why;  // another node may have been first
  }
  return cannot(why);
}

identity_finding compare_identity(const store_identity& known, const std::optional<slice>& stored) {
  if (!stored) return {identity_state::missing, "its identity is missing"};
  const auto checked = check(*stored, {known, true});
  if (!checked) return {identity_state::changed, checked.failure().detail};
  return {identity_state::same, {}};
}

}  // namespace roost::cluster
