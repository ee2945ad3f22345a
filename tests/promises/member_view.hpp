// SPDX-License-Identifier: Apache-2.0
// Checks the promises for one client on one topic, from its requests and received frames.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/fixtures/virtual_time.hpp"
#include "tests/promises/findings.hpp"
#include "tests/promises/presence_merge.hpp"
#include "tests/promises/receipts_merge.hpp"
#include "tests/promises/received_frame.hpp"
#include "tests/promises/room_terms.hpp"
#include "tests/promises/room_truth.hpp"

namespace roost::promises {

/// A refused_push is a push that the room refuses, or that makes the room crash.
enum class request_kind : std::uint8_t {
  join,
  push,
  refused_push,
  ephemeral,
  describe,
  mark,
  leave,
};

struct request {
  request_kind kind = request_kind::push;
  std::string channel = {};             ///< the channel's join_ref
  std::uint64_t number = 0;             ///< push: its number; join, describe: meta version
  std::optional<position> resume = {};  ///< join
  std::optional<std::uint32_t> history = {};
  time_point at = {};
  std::uint64_t connection = 0;  ///< push: the connection that sent it first
  bool is_repeat = false;        ///< push: a resend over a later connection
  std::uint64_t order = 0;       ///< sequence number within the client and topic
};

/// One client's knowledge of one topic. Owns: that knowledge. Runs on: one thread. Ends: with the
/// client.
class member_view {
 public:
  member_view(int client, std::string topic, room_terms terms, const tests::virtual_time& clock,
              room_truth& truth, findings& found)
      : client_(client),
        topic_(std::move(topic)),
        terms_(std::move(terms)),
        clock_(clock),
        truth_(truth),
        found_(found) {}

  /// The client uses this connection from now on; numbers start at 1. If the wire format shows no
  /// positions, the view counts events from the join's reply.
  void connected(std::uint64_t number, bool shows_positions = true) {
    connection_ = number;
    shows_positions_ = shows_positions;
  }
  void requested(const std::string& reference, request request);
  /// The server drops this request and never answers it.
  void dropped(const std::string& reference);
  void received(const received_frame& frame);
  /// The connection has ended, and with it all channels and unanswered requests.
  void connection_lost();
  /// Call after everything has had time to arrive: checks that nothing is missing.
  void check_quiet() const;
  /// Whether the member has received all events up to this offset that it should receive.
  bool has_all_up_to(std::uint64_t at) const;

  bool is_live() const { return live_.has_value(); }
  bool is_joining() const { return !joining_.empty(); }
  bool is_leaving() const { return is_leaving_; }
  /// The join_ref that pushes carry: the newest join's; empty if there is none.
  std::string join_ref() const;
  /// The position of the last received event, or of the join.
  const std::optional<position>& last_position() const { return position_; }
  /// The greatest offset that the live channel knows of; 0 without a channel.
  std::uint64_t head_known() const { return live_ ? live_->head_known : 0; }
  /// Of the live channel: its join_ref, and when its join was sent.
  const std::string& live_join_ref() const { return live_->join_ref; }
  time_point live_since() const { return live_->requested_at; }
  /// When the last push that the live channel has an acknowledgement of was sent; none: no such.
  std::optional<time_point> acknowledged_at() const {
    return live_ ? live_->acknowledged_at : std::nullopt;
  }
  /// The version of the member's meta that the room has confirmed.
  std::uint64_t meta_version() const { return live_->meta_version; }
  /// Whether the outcome of the change to this meta is unknown.
  bool may_show(std::uint64_t version) const { return live_->unknown_metas.contains(version); }
  const presence_merge& presence() const { return presence_; }
  const receipts_merge& receipts() const { return receipts_; }
  /// Whether the client knows if this push was applied.
  bool is_settled(std::uint64_t push) const { return settled_.contains(push); }
  std::uint64_t resumes_recovered() const { return resumes_recovered_; }
  /// The number of received ordered events, and the sum of `missed` in replies to joins.
  std::uint64_t events() const { return events_; }
  std::uint64_t events_missed() const { return events_missed_; }
  std::size_t unanswered() const { return pending_.size(); }
  int client() const { return client_; }
  const std::string& topic() const { return topic_; }

 private:
  struct channel {
    std::string join_ref;
    std::string epoch;       ///< at the join; live events must have the same
    std::string seen_epoch;  ///< of everything before `next`; empty: unknown
    std::uint64_t next = 0;  ///< the offset expected next
    std::uint64_t joined_at = 0;
    time_point requested_at{};
    std::uint64_t head_known = 0;
    std::uint64_t last_ack = 0;
    std::optional<time_point> acknowledged_at = {};
    std::uint64_t meta_version = 0;
    std::set<std::uint64_t> unknown_metas = {};
    /// Own pushes with an unknown outcome. Without echo, each may have an offset that never comes.
    std::uint64_t unknown_pushes = 0;
    std::vector<std::string> epochs;     ///< of received events, in order
    std::set<std::uint64_t> own;         ///< offsets of its pushes, from their replies
    std::set<std::uint64_t> own_unseen;  ///< those of `own` not yet received as events
    /// The last push number for each sender and connection.
    std::map<std::pair<int, std::uint64_t>, std::uint64_t> last_numbers;
  };
  void broke(promise broken, const std::string& text) const;
  // Replies to requests: member_view.cpp.
  void reply(const received_frame& frame);
  void check_answer_order(const request& request, const received_frame& frame);
  void join_answered(const request& request, const received_frame& frame);
  void joined(const request& request, const received_frame& frame);
  void answered_late(const request& request, const received_frame& frame);
  void push_refused(const request& request, const received_frame& frame);
  void push_answered(const request& request, const received_frame& frame);
  void closed(const received_frame& frame);
  void remember_position();
  void end_channel(const std::string& join_ref);
  // The reply to a join: member_view_join.cpp.
  void check_join(const request& request, const received_frame& frame);
  void check_history(const request& request, const received_frame& frame);
  bool must_be_held(const position& from, const position& head) const;
  void check_head(const position& head);
  // Events: member_view_events.cpp.
  void event(const received_frame& frame);
  void receipt(const received_frame& frame);
  void ephemeral(const received_frame& frame);
  void ordered(const received_frame& frame, const push_id& push);
  position count_position() const;
  void check_offset(const position& position);
  void check_epoch(const position& position);
  void check_sender(const position& position, const push_id& push);

  int client_;
  std::string topic_;
  room_terms terms_;
  const tests::virtual_time& clock_;
  room_truth& truth_;
  findings& found_;
  std::uint64_t connection_ = 0;
  bool shows_positions_ = true;
  std::map<std::string, request> pending_;  // by ref
  std::map<std::string, request> excused_;  // of ended channels: at most one answer each
  std::uint64_t last_requested_ = 0;
  std::uint64_t last_answered_ = 0;
  std::string joining_;
  std::set<std::string> replaced_;  // join_refs of channels that a newer join replaced
  std::string failed_;              // join_ref of the last channel that a crash ended
  std::optional<channel> live_;
  bool is_leaving_ = false;
  bool is_doubtful_ = false;  // a second join was refused, so the first channel ends
  std::optional<position> position_;
  std::optional<time_point> next_born_after_;   // events after position_ are newer than this
  std::map<std::string, std::uint64_t> heads_;  // by epoch: the greatest known offset
  presence_merge presence_;
  receipts_merge receipts_;
  std::set<std::uint64_t> settled_;  // pushes with a definite outcome
  /// The last ephemeral number for each sender and connection.
  std::map<std::pair<int, std::uint64_t>, std::uint64_t> last_ephemeral_;
  std::uint64_t resumes_recovered_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t events_missed_ = 0;
};

}  // namespace roost::promises
