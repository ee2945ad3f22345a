// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/stream_config.hpp"

#include <string_view>

namespace roost::cluster {
namespace {

std::string number(std::uint64_t value) { return value == 0 ? "-1" : std::to_string(value); }

/// Nothing expires, and a full stream refuses instead of dropping what is old.
stream_config config(std::string name, std::string_view subject, std::uint64_t bytes_max,
                     std::string_view per_subject, std::uint32_t replicas) {
  auto json = "{\"name\":\"" + name + "\",\"subjects\":[\"" + std::string(subject) +
              "\"],\"retention\":\"limits\",\"storage\":\"file\",\"discard\":\"new\"" +
              ",\"max_consumers\":-1,\"max_msgs\":-1,\"max_age\":0,\"max_msg_size\":-1" +
              ",\"max_bytes\":" + number(bytes_max) +
              ",\"max_msgs_per_subject\":" + std::string(per_subject) +
              ",\"num_replicas\":" + std::to_string(replicas) + ",\"allow_direct\":true}";
  return {std::move(name), std::move(json)};
}

}  // namespace

stream_config log_stream_config(const subjects& names, shard_id shard, const stream_choices& with) {
  return config(names.log_stream(shard), names.log(shard), with.log_bytes_max, "-1", with.replicas);
}

stream_config snapshot_stream_config(const subjects& names, const stream_choices& with) {
  return config(names.snapshot_stream(), names.snapshots(), with.snapshot_bytes_max,
                std::to_string(with.snapshots_kept), with.replicas);
}

}  // namespace roost::cluster
