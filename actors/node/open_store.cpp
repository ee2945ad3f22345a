// SPDX-License-Identifier: Apache-2.0
#include "actors/node/open_store.hpp"

#include <algorithm>
#include <future>
#include <string>
#include <utility>

#include "cluster/wire/log_codec.hpp"
#include "config/telemetry/log.hpp"

namespace roost::actors {

using cluster::sequence;
using cluster::shard_id;
using cluster::store_identity;

namespace {

constexpr shard_id identity_shard{0};
// Of all shards together.
constexpr std::size_t queue_bytes_max = 64U << 20U;
constexpr std::size_t index_bytes_max = 512U << 20U;
constexpr std::size_t queue_bytes_min = 1U << 20U;  // of one shard
constexpr std::size_t index_bytes_min = 4U << 20U;

/// Waits for the answer to one request.
template <class Answer, class Ask>
Answer answer_to(const Ask& ask) {
  std::promise<Answer> answered;
  ask([&](Answer answer) { answered.set_value(std::move(answer)); });
  return answered.get_future().get();
}

error cannot(const std::string& why) { return {errc::cannot_open_store, why}; }

result<bool> has_logs(cluster::log_store& log) {
  for (std::uint32_t i = 0; i < shards_max; ++i) {
    const auto state = answer_to<result<cluster::log_state>>(
        [&](auto done) { log.read_state(shard_id{i}, std::move(done)); });
    if (!state) return cannot(state.failure().detail);
    if (state->last.value > 0) return true;
  }
  return false;
}

result<store_identity> check(const cluster::snapshot_message& stored, const store_identity& own) {
  const auto found = cluster::wire::decode_identity(stored.data);
  if (!found) {
    return cannot("its identity cannot be read: " + std::string(name_of(found.why)));
  }
  const auto& it = found.value;
  if (it.shards == own.shards) return it;
  return cannot("cluster.shards is " + std::to_string(own.shards) + ", but the store has " +
                std::to_string(it.shards) + " shards, which cannot be changed");
}

std::string_view meaning_of(store_sync sync) {
  return sync == store_sync::always
             ? "ok: survives a power cut"
             : "ok: survives the end of the process; a power cut may take the last second";
}

}  // namespace

result<store_identity> identify(cluster::log_store& log, cluster::snapshot_store& snapshots,
                                const store_identity& own) {
  const auto read = [&] {
    return answer_to<result<cluster::snapshot_page>>([&](auto done) {
      snapshots.get(identity_shard, {std::string(cluster::identity_key)}, std::move(done));
    });
  };
  auto found = read();
  if (!found) return cannot(found.failure().detail);
  if (!found->messages.empty()) return check(found->messages.front(), own);
  const auto is_used = has_logs(log);
  if (!is_used) return is_used.failure();
  if (*is_used) return cannot("it has stored rooms, but its identity is missing");
  cluster::wire::byte_writer message;
  cluster::wire::encode(own, message);
  const auto written = answer_to<cluster::write_result>([&](auto done) {
    snapshots.put(identity_shard, std::string(cluster::identity_key), sequence{0}, message.take(),
                  std::move(done));
  });
  if (written.outcome == cluster::write_outcome::stored) return own;
  // Another node may have been first.
  found = read();
  if (found && !found->messages.empty()) return check(found->messages.front(), own);
  return cannot(written.why);
}

result<open_store> open_store_of(const settings& config, metrics& probe) {
  auto file = cluster::embedded_store::open(config.store.path, config.store.sync);
  if (!file) return file.failure();
  const store_identity own{
      cluster::wire::version, config.cluster.shards, {random_number(), random_number()}};
  const auto identity = identify(**file, **file, own);
  if (!identity) return cannot(config.store.path + ": " + identity.failure().detail);
  probe.set(metrics::gauge::store_synced, config.store.sync == store_sync::always ? 1 : 0);
  log::info("store_opened", {{"path", config.store.path},
                             {"shards", identity->shards},
                             {"sync", name_of(config.store.sync)},
                             {"is_new", identity->key == own.key},
                             {"meaning", meaning_of(config.store.sync)}});
  return open_store{std::move(*file), *identity};
}

node_store part_of(const open_store& store, const settings& config) {
  const auto shards = store.identity.shards;
  node_store out{*store.file, *store.file, store.identity.key, shards};
  out.limits.queue_bytes_max = std::max(queue_bytes_min, queue_bytes_max / shards);
  out.limits.index_bytes_max = std::max(index_bytes_min, index_bytes_max / shards);
  out.limits.log_age_ms = config.cluster.log_age_ms;
  out.limits.log_bytes_max = config.cluster.log_bytes_max;
  out.limits.purge_interval_ms =
      std::min<std::int64_t>(out.limits.purge_interval_ms, config.cluster.log_age_ms);
  out.limits.retention_ms = static_cast<std::int64_t>(config.cluster.retention_ms);
  out.limits.truncate_delay_ms = 0;  // snapshots and logs are synced in one order
  return out;
}

}  // namespace roost::actors
