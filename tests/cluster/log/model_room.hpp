// SPDX-License-Identifier: Apache-2.0
// A room as the exploration of shard_log needs it: an ordered list of the pushes of one client.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cluster/log/log_record.hpp"
#include "cluster/log/room_snapshot.hpp"

namespace roost::cluster::model {

/// Owns: its events. Runs on: one thread. Ends: any time.
struct room {
  struct epoch_start {
    std::uint64_t ownership = 0;
    std::uint64_t first = 0;
  };
  std::vector<std::uint64_t> events;  // the numbers of the pushes, in order
  std::vector<epoch_start> epochs;
  std::string violation;

  /// From what the store or an owner holds.
  static room make(const room_snapshot* snapshot, const std::vector<log_record>& records) {
    room out;
    if (snapshot) {
      for (const auto& event : snapshot->history)
        out.events.push_back(std::stoull(event.body.name));
      for (const auto& each : snapshot->epochs) {
        out.epochs.push_back({each.of.ownership, each.first.value});
      }
    }
    for (const auto& record : records) out.replay(record);
    return out;
  }
  void replay(const log_record& record) {
    const auto number = record.command.number;
    if (record.at.value != events.size() + 1) violation = "a record does not follow the last event";
    if (!events.empty() && number <= events.back()) violation = "a push is stored twice";
    begin(record.of.ownership);
    events.push_back(number);
  }
  void begin(std::uint64_t ownership) {
    if (!epochs.empty() && epochs.back().ownership == ownership) return;
    epochs.push_back({ownership, events.size() + 1});
  }
  std::uint64_t last_number() const { return events.empty() ? 0 : events.back(); }

  log_record push(const topic& topic, std::uint64_t number) {
    events.push_back(number);
    log_record out;
    out.topic = topic;
    out.of.ownership = epochs.back().ownership;
    out.at = offset{events.size()};
    out.command.number = number;
    return out;
  }
  room_snapshot capture(const topic& topic) const {
    room_snapshot out;
    out.topic = topic;
    out.head = offset{events.size()};
    for (const auto& each : epochs) {
      out.epochs.push_back({{each.ownership, 0, {}}, offset{each.first}});
    }
    for (const auto number : events) {
      room_snapshot::held_event event;
      event.body.name = std::to_string(number);
      out.history.push_back(std::move(event));
    }
    return out;
  }
  /// The push at this position, if a client could resume from there.
  std::optional<std::uint64_t> at(std::uint64_t ownership, std::uint64_t place) const {
    for (std::size_t i = 0; i < epochs.size(); ++i) {
      if (epochs[i].ownership != ownership) continue;
      const auto end = i + 1 < epochs.size() ? epochs[i + 1].first : events.size() + 1;
      if (place >= epochs[i].first && place < end) return events[place - 1];
    }
    return std::nullopt;
  }
};

}  // namespace roost::cluster::model
