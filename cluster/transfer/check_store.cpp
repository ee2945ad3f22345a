// SPDX-License-Identifier: Apache-2.0
#include "cluster/transfer/check_store.hpp"

#include <utility>

#include "cluster/embedded/store_file.hpp"
#include "cluster/embedded/store_source.hpp"
#include "cluster/transfer/shard_check.hpp"
#include "cluster/transfer/stored_snapshot.hpp"
#include "cluster/wire/log_codec.hpp"

namespace roost::cluster {
namespace {

void find_in_file(store_check& out, std::string text) {
  out.found.add({{}, {}, {}, {}, std::move(text)});
}

void take_failure(store_source& from, std::optional<shard_id> shard, store_check& out) {
  if (const auto why = from.take_failure()) {
    out.found.add({shard, {}, {}, {}, "it cannot be read to its end: " + why->why});
  }
}

void read_identity(store_source& from, store_check& out) {
  std::string why = "its identity is missing: no room of it can be found";
  from.read_snapshot(shard_id{0}, identity_key, [&](const stored_row& row) {
    const auto got = wire::decode_identity(slice::of(bytes_ptr::copy(row.message)));
    if (!row.is_intact || !got) {
      why = "its identity is damaged: no room of it can be found";
    } else if (got.value.shards == 0) {
      why = "its identity names no shards";
    } else {
      why.clear();
      out.identity = got.value;
    }
    return false;
  });
  take_failure(from, {}, out);
  if (!why.empty()) find_in_file(out, why);
}

void read_snapshots(store_source& from, shard_id shard, shard_check& check) {
  std::uint64_t parts = 0;
  std::uint64_t named = 0;
  from.read_snapshots(shard, [&](const stored_row& row) {
    if (is_part_key(row.key)) {
      ++parts;
      return true;
    }
    if (!row.is_intact) {
      check.take_snapshot(row.key, {}, false);
      return true;
    }
    auto stored = read_stored(from, shard, row);
    named += stored.parts;
    if (stored.problem.empty()) {
      check.take_snapshot(row.key, stored.message, true);
    } else {
      check.miss_snapshot(row.key, std::move(stored.problem));
    }
    return true;
  });
  check.count_parts(named, parts - named);
}

void check_shard(store_source& from, shard_id shard, store_check& out) {
  const auto log = from.extent_of(shard);
  shard_check check(*out.identity, shard, log.first, log.last, out.found);
  read_snapshots(from, shard, check);
  const auto has_failed = [&] {
    const auto before = out.found.count();
    take_failure(from, shard, out);
    return out.found.count() > before;
  };
  bool is_readable = !has_failed();
  from.read_log(shard, [&](const stored_row& row) {
    check.take_log_message(row.at, slice::of(bytes_ptr::copy(row.message)), row.is_intact);
    return true;
  });
  is_readable = !has_failed() && is_readable;
  if (is_readable) check.end();
  out.shards.push_back(check.totals());
}

}  // namespace

result<store_check> check_store(const std::string& folder) {
  auto opened = store_source::open(folder);
  if (!opened) return opened.failure();
  auto& from = **opened;
  store_check out;
  out.version = store_version;
  out.file_bytes = from.file_bytes();
  for (auto& each : from.damage()) find_in_file(out, std::move(each));
  take_failure(from, {}, out);
  read_identity(from, out);
  if (!out.identity) return out;
  for (std::uint32_t i = 0; i < out.identity->shards; ++i) check_shard(from, shard_id{i}, out);
  const auto outside = from.rows_outside(out.identity->shards);
  take_failure(from, {}, out);
  if (outside > 0) {
    find_in_file(out, "it has " + std::to_string(outside) + " messages that belong to no shard");
  }
  return out;
}

}  // namespace roost::cluster
