// SPDX-License-Identifier: Apache-2.0
// Compares a stream with the configuration that it should have. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cluster/nats/server_version.hpp"
#include "cluster/nats/stream_config.hpp"

namespace roost::cluster {

/// How a stream is that exists.
struct stream_finding {
  /// Why it cannot be used, for people: each names the stream, a field and both values.
  std::vector<std::string> refusals;
  /// The body of the STREAM.UPDATE that makes it usable; empty: nothing has to be changed. All that
  /// this program has no wish about stays as it is, such as the placement.
  std::string update;
  bool has_messages = false;  ///< now or formerly
};

/// `info` is a successful answer to STREAM.INFO. Limits that only bound space, and what makes reads
/// possible, are changed; everything else that matters is refused: somebody chose it, or messages
/// were already lost by it. Also refuses a leader of the stream that is too old, as far as it says
/// its version (from 2.11 on).
stream_finding check_stream(const stream_config& wanted, std::string_view info,
                            const version_need& need);

}  // namespace roost::cluster
