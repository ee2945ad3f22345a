// SPDX-License-Identifier: Apache-2.0
// The limits of an account in JetStream. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/nats/stream_config.hpp"

namespace roost::cluster {

/// Of an account, or of its tier for a number of replicas. Limits: 0: none.
struct jetstream_account {
  std::uint64_t streams = 0;
  std::uint64_t streams_max = 0;
  std::uint64_t bytes_reserved = 0;
  std::uint64_t bytes_max = 0;
  std::uint64_t stream_bytes_max = 0;
};

/// Reads a successful answer to INFO.
jetstream_account read_account(std::string_view info, std::uint32_t replicas);

/// Why these streams cannot be created in the account, with its values; empty: they can, as far as
/// the account tells.
std::string account_refusal_of(const jetstream_account& account,
                               const std::vector<stream_config>& missing);

}  // namespace roost::cluster
