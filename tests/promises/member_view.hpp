// What one client may conclude from its requests and frames on one topic: the promises, checked.
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
#include "tests/promises/heard.hpp"
#include "tests/promises/presence_merge.hpp"
#include "tests/promises/receipts_merge.hpp"
#include "tests/promises/room_terms.hpp"
#include "tests/promises/room_truth.hpp"

namespace roost::promises {

/// A refused_push is one that the room refuses or crashes at.
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
  std::string channel = {};             ///< its join_ref
  std::uint64_t number = 0;             ///< push: which; join, describe: version of the meta
  std::optional<position> resume = {};  ///< join
  std::optional<std::uint32_t> history = {};
  time_point at = {};
  std::uint64_t connection = 0;  ///< push: over which the client sent it first
  bool is_repeat = false;        ///< push: sent before, over an earlier connection
  std::uint64_t order = 0;       ///< among the client's requests on the topic
};

/// Owns: what the client knows of the topic. Runs on: one thread. Ends: with the client.
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

  /// Its connection is now this one, counted from 1. Without positions on the wire it counts
  /// events from the join's reply.
  void connected(std::uint64_t number, bool shows_positions = true) {
    connection_ = number;
    shows_positions_ = shows_positions;
  }
  void asked(const std::string& reference, request asked);
  /// The server drops this request and never answers it.
  void dropped(const std::string& reference);
  void got(const heard& frame);
  /// The connection is gone, and with it every channel and every request without an answer.
  void link_lost();
  /// Everything has had the time to arrive.
  void check_quiet() const;
  /// Whether it has all events up to this offset, as far as it should get them.
  bool has_all_up_to(std::uint64_t at) const;

  bool is_live() const { return live_.has_value(); }
  bool is_joining() const { return !joining_.empty(); }
  bool is_leaving() const { return is_leaving_; }
  /// What pushes carry: the newest join's; empty: none.
  std::string join_ref() const;
  /// The last event that it got, or where it joined.
  const std::optional<position>& where() const { return where_; }
  /// The greatest offset that it knows of, while it is live.
  std::uint64_t head_known() const { return live_ ? live_->head_known : 0; }
  /// The version of its meta that the room has confirmed.
  std::uint64_t meta_version() const { return live_->meta_version; }
  const presence_merge& presence() const { return presence_; }
  const receipts_merge& receipts() const { return receipts_; }
  /// Whether the client knows what became of this push.
  bool is_settled(std::uint64_t push) const { return settled_.contains(push); }
  std::uint64_t resumes_recovered() const { return resumes_recovered_; }
  /// How many ordered events it got, and how many the replies of its joins called missed.
  std::uint64_t events() const { return events_; }
  std::uint64_t events_missed() const { return events_missed_; }
  std::size_t unanswered() const { return pending_.size(); }
  int client() const { return client_; }
  const std::string& topic() const { return topic_; }

 private:
  struct channel {
    std::string join_ref;
    std::string epoch;       ///< in which it joined; its live events are of the same
    std::uint64_t next = 0;  ///< the offset that comes next
    std::uint64_t joined_at = 0;
    time_point asked_at{};
    std::uint64_t head_known = 0;
    std::uint64_t last_ack = 0;
    std::uint64_t meta_version = 0;
    std::vector<std::string> epochs;     ///< of events it got, in their order
    std::set<std::uint64_t> own;         ///< offsets of its pushes, from their replies
    std::set<std::uint64_t> own_unseen;  ///< of these, not yet seen as events
    /// By sender and its connection.
    std::map<std::pair<int, std::uint64_t>, std::uint64_t> last_numbers;
  };
  void broke(promise broken, const std::string& text) const;
  // What its requests come to: member_view.cpp.
  void reply(const heard& frame);
  void check_answer_order(const request& asked, const heard& frame);
  void join_answered(const request& asked, const heard& frame);
  void joined(const request& asked, const heard& frame);
  void answered_late(const request& asked, const heard& frame);
  void push_refused(const request& asked, const heard& frame);
  void push_answered(const request& asked, const heard& frame);
  void closed(const heard& frame);
  void remember_where();
  void end_channel(const std::string& join_ref);
  // What a join's reply says: member_view_join.cpp.
  void check_join(const request& asked, const heard& frame);
  void check_history(const request& asked, const heard& frame);
  bool must_be_held(const position& from, const position& head) const;
  void check_head(const position& head);
  // What events say: member_view_events.cpp.
  void event(const heard& frame);
  void receipt(const heard& frame);
  void ephemeral(const heard& frame);
  void ordered(const heard& frame, const push_id& push);
  position count_position() const;
  void check_offset(const position& where);
  void check_epoch(const position& where);
  void check_sender(const position& where, const push_id& push);

  int client_;
  std::string topic_;
  room_terms terms_;
  const tests::virtual_time& clock_;
  room_truth& truth_;
  findings& found_;
  std::uint64_t connection_ = 0;
  bool shows_positions_ = true;
  std::map<std::string, request> pending_;  // by ref
  std::map<std::string, request> excused_;  // their channel is over: answered at most once
  std::uint64_t last_asked_ = 0;
  std::uint64_t last_answered_ = 0;
  std::string joining_;
  std::set<std::string> replaced_;  // join_refs of channels that a newer join took over
  std::string failed_;              // join_ref of the last channel that a crash ended
  std::optional<channel> live_;
  bool is_leaving_ = false;
  bool is_doubtful_ = false;  // a second join was refused: the first is over, or soon
  std::optional<position> where_;
  std::optional<time_point> next_born_after_;   // what comes after where_, if that is known
  std::map<std::string, std::uint64_t> heads_;  // by epoch: the greatest offset that it knows of
  presence_merge presence_;
  receipts_merge receipts_;
  std::set<std::uint64_t> settled_;  // pushes that were answered for certain
  /// Of ephemeral events, by sender and its connection.
  std::map<std::pair<int, std::uint64_t>, std::uint64_t> last_ephemeral_;
  std::uint64_t resumes_recovered_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t events_missed_ = 0;
};

}  // namespace roost::promises
