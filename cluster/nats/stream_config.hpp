// SPDX-License-Identifier: Apache-2.0
// The configurations of a cluster's streams. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "cluster/nats/subjects.hpp"

namespace roost::cluster {

/// Left to operators.
struct stream_choices {
  std::uint32_t replicas = 1;
  std::uint64_t log_bytes_max = 0;  ///< of one shard's log, at which the store is full; 0: none
  std::uint64_t snapshot_bytes_max = 0;
  /// 1; or 2 if a power cut may take a snapshot that was stored in place of another one.
  std::uint32_t snapshots_kept = 1;
};

/// A stream as STREAM.CREATE.NAME and STREAM.UPDATE.NAME take it.
struct stream_config {
  std::string name;
  std::string json;
};

stream_config log_stream_config(const subjects& names, shard_id shard, const stream_choices& with);
stream_config snapshot_stream_config(const subjects& names, const stream_choices& with);

}  // namespace roost::cluster
