// SPDX-License-Identifier: Apache-2.0
// The order of events in one room, reconstructed from everything that clients received.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/promises/findings.hpp"
#include "tests/promises/received_frame.hpp"

namespace roost::promises {

/// Identifies a push by the client that sent it.
struct push_id {
  int client = 0;
  std::uint64_t number = 0;      ///< 1, 2, 3 … for each client and topic, over all connections
  std::uint64_t connection = 0;  ///< order is promised only within a connection
  friend auto operator<=>(const push_id&, const push_id&) = default;
};

/// The events of one room as far as clients know them. Owns: these events. Runs on: one thread.
/// Ends: after the room's member views.
class room_truth {
 public:
  /// `forgets`: offsets may restart at 1 in another epoch. `loses_end`: a new epoch may lack the
  /// last events of the one before, or all, so that a repeated push counts again.
  room_truth(std::string topic, findings& found, bool forgets = false, bool loses_end = false)
      : topic_(std::move(topic)), found_(found), forgets_(forgets), loses_end_(loses_end) {}

  /// A client sends this event. Members may receive only events that were sent.
  void sent(const std::string& content) { contents_.insert(content); }
  bool was_sent(const std::string& content) const { return contents_.contains(content); }
  /// A client sends a push in this channel.
  void pushed(const push_id& push, const std::string& channel);
  /// The client resends the push over another connection, so only its offset must stay the same.
  void repeats(const push_id& push) { repeated_.insert(push); }
  bool is_repeated(const push_id& push) const { return repeated_.contains(push); }
  /// A client marks this position as read.
  void marks(const position& position) { marked_.insert({position.epoch, position.at}); }
  bool is_marked(const position& position) const {
    return marked_.contains({position.epoch, position.at});
  }

  /// A member received this event. The epoch is empty if the member cannot know it.
  void received(const position& position, const std::string& content, const push_id& push);
  /// The sender received an acknowledgement of its push at this position.
  void acknowledged(const position& position, const push_id& push) { record(position, {}, push); }
  /// A member that has received everything up to this offset goes on in this epoch, so the epoch
  /// must begin after it.
  void goes_on(const std::string& epoch, std::uint64_t last);
  /// The sender received the answer that its push was not applied.
  void refused(const push_id& push);
  /// Call when nothing is in flight. `head` is the room's greatest offset, if known.
  void check_quiet(std::optional<std::uint64_t> head) const;

  std::size_t events() const { return order_.size(); }
  /// The epoch of the event at this offset; empty if unknown.
  std::string epoch_at(std::uint64_t at) const;
  /// The greatest known offset of the epoch; 0 if unknown.
  std::uint64_t newest_in(const std::string& epoch) const;

 private:
  /// Epoch and offset; the epoch stays empty for a room whose offsets never restart.
  using position_key = std::pair<std::string, std::uint64_t>;
  struct known_event {
    push_id push;
    std::string content;  // empty: only the acknowledgement is known
    std::string epoch;    // empty: unknown
  };
  struct channel_push {
    push_id push;
    std::string channel;
  };
  void record(const position& position, const std::string& content, const push_id& push);
  void check_same(const known_event& known, const position& position, const std::string& content,
                  const push_id& push);
  void check_sender_order(const position& position, const push_id& push);
  void check_beginning(const std::string& epoch) const;
  void check_epochs() const;
  void check_holes() const;

  std::string topic_;
  findings& found_;
  bool forgets_;
  bool loses_end_;
  std::map<position_key, known_event> order_;
  std::map<push_id, position> positions_;
  std::vector<channel_push> pushes_;
  std::set<push_id> refused_;
  std::set<push_id> repeated_;
  std::set<std::string> contents_;
  std::set<position_key> marked_;
  std::map<std::string, std::uint64_t> first_in_;  // the least known offset of each epoch
  std::map<std::string, std::uint64_t> left_for_;  // the greatest offset before each epoch
  /// For each epoch, client and connection: the push number at each offset.
  using sender = std::tuple<std::string, int, std::uint64_t>;
  std::map<sender, std::map<std::uint64_t, std::uint64_t>> numbers_by_sender_;
};

}  // namespace roost::promises
