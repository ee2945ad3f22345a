// SPDX-License-Identifier: Apache-2.0
#include "cluster/transfer/stored_snapshot.hpp"

#include <utility>
#include <vector>

#include "cluster/transfer/message_words.hpp"
#include "cluster/wire/log_codec.hpp"

namespace roost::cluster {
namespace {

/// Whether the parts are those of this message, and not of another snapshot.
bool is_described(const room_snapshot& whole, const room_snapshot& beginning) {
  return whole.topic == beginning.topic && whole.log == beginning.log &&
         whole.covered == beginning.covered && whole.is_empty == beginning.is_empty;
}

}  // namespace

stored_snapshot read_stored(store_source& from, shard_id shard, const stored_row& row) {
  stored_snapshot out;
  out.message = slice::of(bytes_ptr::copy(row.message));
  const auto named = wire::decode_parted_snapshot(out.message);
  if (!named) return out;
  const auto& parts = named.value.parts;
  std::vector<slice> all;
  for (std::size_t i = 0; i < parts.sizes.size(); ++i) {
    const auto key = part_key(named.value.beginning.topic, parts.names, i);
    const auto before = out.parts;
    from.read_snapshot(shard, key, [&](const stored_row& part) {
      ++out.parts;
      if (!part.is_intact) out.problem = "its part " + key + " is damaged: its checksum is wrong";
      all.push_back(slice::of(bytes_ptr::copy(part.message)));
      return false;
    });
    if (out.parts == before) out.problem = "its part " + key + " is missing";
  }
  if (!out.problem.empty()) return out;
  auto whole = join_parts(parts, all);
  if (!whole) {
    out.problem = "its parts are not those that it names: their checksum is wrong";
    return out;
  }
  out.message = std::move(*whole);
  const auto read = wire::decode_snapshot(out.message);
  if (read && !is_described(read.value, named.value.beginning)) {
    out.problem = "its parts are of another snapshot";
  }
  return out;
}

}  // namespace roost::cluster
