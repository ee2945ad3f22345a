// SPDX-License-Identifier: Apache-2.0
// Whether JetStream syncs a message to disk before it acknowledges it. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/base/clock.hpp"

namespace roost::cluster {

enum class nats_sync : std::uint8_t {
  unknown,
  interval,  ///< later
  always,
};

/// Of the server that cluster.monitor_url names.
struct sync_report {
  nats_sync kind = nats_sync::unknown;
  std::string why_unknown = "cluster.monitor_url is not set";
  milliseconds interval{0};  ///< between two syncs; 0: the server did not say
  std::string server{};      ///< its name
  std::string version{};
};

/// Reads what the server answers to GET /varz. It has the kind `unknown` if that does not tell.
sync_report read_sync_report(std::string_view varz);
/// /varz could not be had.
sync_report unknown_sync(std::string why);

/// The meaning of an answer `ok` to a push, for the log.
std::string meaning_of(const sync_report& report, std::uint32_t replicas);
/// Why cluster.require_sync is not fulfilled; empty: it is.
std::string sync_refusal_of(const sync_report& report);
/// How many snapshots of a room its stream keeps: a power cut may take the newest one, unless it is
/// synced.
inline std::uint32_t snapshots_kept(const sync_report& report) {
  return report.kind == nats_sync::always ? 1 : 2;
}

}  // namespace roost::cluster
