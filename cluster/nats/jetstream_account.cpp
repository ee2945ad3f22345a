// SPDX-License-Identifier: Apache-2.0
#include "cluster/nats/jetstream_account.hpp"

#include <algorithm>

#include "cluster/nats/json_document.hpp"

namespace roost::cluster {
namespace {

std::uint64_t limit_in(const json_document& from, const std::string& at) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(from.signed_number(at), 0));
}

}  // namespace

jetstream_account read_account(std::string_view info, std::uint32_t replicas) {
  const json_document from(info);
  const auto tier = "/tiers/R" + std::to_string(replicas);
  const auto at = from.has(tier) ? tier : std::string{};
  jetstream_account out;
  out.streams = from.number(at + "/streams");
  out.bytes_reserved = from.number(at + "/reserved_storage");
  out.streams_max = limit_in(from, at + "/limits/max_streams");
  out.bytes_max = limit_in(from, at + "/limits/max_storage");
  out.stream_bytes_max = limit_in(from, at + "/limits/storage_max_stream_bytes");
  return out;
}

std::string account_refusal_of(const jetstream_account& account,
                               const std::vector<stream_config>& missing) {
  const auto text = [](std::uint64_t number) { return std::to_string(number); };
  if (account.streams_max > 0 && account.streams + missing.size() > account.streams_max) {
    return "the cluster needs " + text(missing.size()) + " more streams, but the account has " +
           text(account.streams) + " and may have " + text(account.streams_max);
  }
  std::uint64_t needed = 0;
  for (const auto& each : missing) {
    const auto bytes = limit_in(json_document(each.json), "/max_bytes");
    if (account.stream_bytes_max > 0 && bytes > account.stream_bytes_max) {
      return "stream " + each.name + " needs max_bytes " + text(bytes) +
             ", but a stream of the account may have " + text(account.stream_bytes_max);
    }
    needed += bytes;
  }
  if (account.bytes_max > 0 && account.bytes_reserved + needed > account.bytes_max) {
    return "the missing streams need " + text(needed) + " bytes, but of " +
           text(account.bytes_max) + " bytes of the account " + text(account.bytes_reserved) +
           " are reserved";
  }
  return {};
}

}  // namespace roost::cluster
