// SPDX-License-Identifier: Apache-2.0
#include "actors/node/open_store.hpp"

#include <string>
#include <utility>

#include "actors/node/shard_limits.hpp"
#include "cluster/identity/identify.hpp"
#include "cluster/log/await_answer.hpp"
#include "cluster/wire/wire_format.hpp"
#include "config/telemetry/log.hpp"

namespace roost::actors {

using cluster::shard_id;
using cluster::store_identity;

namespace {

error cannot(const std::string& why) { return {errc::cannot_open_store, why}; }

result<bool> has_logs(cluster::log_store& log) {
  for (std::uint32_t i = 0; i < shards_max; ++i) {
    const auto state = cluster::await_answer<result<cluster::log_state>>(
        [&](auto done) { log.read_state(shard_id{i}, std::move(done)); });
    if (!state) return cannot(state.failure().detail);
    if (state->last.value > 0) return true;
  }
  return false;
}

std::string_view meaning_of(store_sync sync) {
  return sync == store_sync::always
             ? "ok: survives a power cut"
             : "ok: survives the end of the process; a power cut may take the last second";
}

}  // namespace

result<open_store> open_store_of(const settings& config, metrics& probe) {
  auto file = cluster::embedded_store::open(config.store.path, config.store.sync);
  if (!file) return file.failure();
  const store_identity own{
      cluster::wire::version, config.cluster.shards, {random_number(), random_number()}};
  const auto identity = cluster::identify(**file, {own}, [&] { return has_logs(**file); });
  if (!identity) return cannot(config.store.path + ": " + identity.failure().detail);
  probe.set(metrics::gauge::store_synced, config.store.sync == store_sync::always ? 1 : 0);
  probe.set(metrics::gauge::store_sync_known, 1);
  log::info("store_opened", {{"path", config.store.path},
                             {"shards", identity->shards},
                             {"sync", name_of(config.store.sync)},
                             {"is_new", identity->key == own.key},
                             {"meaning", meaning_of(config.store.sync)}});
  return open_store{std::move(*file), *identity};
}

node_store part_of(const open_store& store, const settings& config) {
  const auto shards = store.identity.shards;
  return {*store.file, *store.file, store.identity.key, shards, shard_limits_of(config, shards)};
}

}  // namespace roost::actors
