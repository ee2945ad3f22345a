// SPDX-License-Identifier: Apache-2.0
// The channels of one connection, by topic. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "actors/connection/connection_rules.hpp"
#include "actors/messages/channel_serial.hpp"
#include "actors/messages/edge_request.hpp"
#include "config/base/compact_text.hpp"
#include "config/base/ids.hpp"
#include "config/base/indexed_vector.hpp"
#include "net/protocol/message.hpp"

namespace roost::actors {

/// The channels of one connection by topic. `Edge` is a handle that is stored with each channel and
/// never used here. Lookup and count take constant time, because every message needs both.
/// Owns: the channels. Runs on: the connection's loop. Ends: with the connection.
template <class Edge>
class channel_table {
 public:
  struct channel {
    compact_text topic_name;
    compact_text join_ref_json;
    compact_text join_reference_json;  ///< ref of the join; accepted instead of join_ref
    channel_serial serial = 0;         ///< from 1 on
    bool is_leaving = false;           ///< changed only by the table
    Edge edge{};

    std::string_view key() const { return topic_name.view(); }
    net::ref join_ref() const { return {std::string{join_ref_json.view()}}; }
    net::ref join_reference() const { return {std::string{join_reference_json.view()}}; }
    bool is_gap() const { return serial == 0; }
    void make_gap() { *this = {}; }
  };

  channel* find(std::string_view topic_name) { return channels_.find(topic_name); }
  /// The serial for the next join.
  channel_serial next_serial() const { return last_serial_ + 1; }
  channel& open(const message_result& join, std::string_view topic_name, Edge edge) {
    last_serial_ = join.request.serial;
    return channels_.add({compact_text{topic_name}, compact_text{channel_ref(join.request).json},
                          compact_text{join.request.reference.json}, last_serial_, false,
                          std::move(edge)});
  }
  /// Another join of the same topic replaces the channel.
  void rejoin(channel& here, const message_result& join) {
    here.serial = last_serial_ = join.request.serial;
    here.join_ref_json = compact_text{channel_ref(join.request).json};
    here.join_reference_json = compact_text{join.request.reference.json};
    leaving_ -= std::exchange(here.is_leaving, false) ? 1 : 0;
  }
  /// Marks the channel as leaving. False: it was leaving already.
  bool leave(channel& here) {
    if (std::exchange(here.is_leaving, true)) return false;
    ++leaving_;
    return true;
  }
  /// Removes the channel unless a newer join has replaced it. True: it was removed.
  bool ended(const topic& topic, channel_serial serial) {
    auto* found = find(topic.name);
    if (!found || found->serial != serial) return false;
    leaving_ -= found->is_leaving ? 1 : 0;
    channels_.erase(*found);
    return true;
  }
  void clear() {
    channels_.clear();
    leaving_ = 0;
  }
  template <class Visitor>
  void each(Visitor visit) {
    channels_.each(visit);
  }
  template <class Visitor>
  void each(Visitor visit) const {
    channels_.each(visit);
  }
  std::size_t size() const { return channels_.size(); }
  /// Channels that count against limits.channels_max. Leaving channels do not, so that a client can
  /// join another topic without waiting for the leave; the client's credit bounds their number.
  std::size_t held() const { return size() - leaving_; }

 private:
  indexed_vector<channel> channels_;  // at most limits.channels_max; a connection has few
  std::uint32_t leaving_ = 0;
  channel_serial last_serial_ = 0;
};

}  // namespace roost::actors
