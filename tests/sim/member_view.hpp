// What one client may conclude from what it said and got on one topic: the promises, checked.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "tests/sim/findings.hpp"
#include "tests/sim/heard.hpp"
#include "tests/sim/presence_model.hpp"
#include "tests/sim/receipts_model.hpp"
#include "tests/sim/room_truth.hpp"
#include "tests/sim/virtual_time.hpp"

namespace roost::sim {

struct request {
  enum class kind : std::uint8_t { join, push, boom, ephemeral, describe, mark, leave };
  kind what = kind::push;
  std::string channel = {};             ///< its join_ref
  std::uint64_t number = 0;             ///< push, boom: which; join, describe: version of the meta
  std::optional<position> resume = {};  ///< join
  std::optional<std::uint32_t> history = {};
  time_point at = {};
  std::uint64_t connection = 0;  ///< push: the client's that said it first
  bool is_repeat = false;        ///< push: said before, over an earlier connection
};

/// The payload of an ephemeral event.
nlohmann::json ephemeral_payload(const push_id& who);

/// Owns: what the client knows of the topic. Runs on: one thread. Ends: with the client.
class member_view {
 public:
  /// `is_held`: whether a resume from what the room holds must be recovered. Where answers get
  /// lost, the one that arrives may be from when it held it no more. `may_double`: the bus may.
  member_view(int client, std::string topic, const room_rule& rule, const virtual_time& time,
              room_truth& truth, findings& found, bool is_held = true, bool may_double = false);
  /// Its connection is now this one, counted from 1.
  void connected(std::uint64_t number) { connection_ = number; }
  void asked(const std::string& reference, request what);
  void got(const heard& what);
  /// The connection is gone, and with it every channel and what was not answered.
  void link_lost();
  /// Everything has had the time to arrive.
  void check_quiet() const;
  /// Whether it has all events up to this offset, as far as it should get them.
  bool has_all_up_to(std::uint64_t at) const;

  bool is_live() const { return live_.has_value(); }
  bool is_joining() const { return !joining_.empty(); }
  bool is_leaving() const { return is_leaving_; }
  /// What pushes carry: the newest join's.
  const std::string& join_ref() const { return joining_.empty() ? live_->join_ref : joining_; }
  /// The last event that it got, or where it came in.
  const std::optional<position>& where() const { return where_; }
  /// The greatest offset that it knows of, while it is live.
  std::uint64_t head_known() const { return live_ ? live_->head_known : 0; }
  /// The version of its meta that the room has confirmed.
  std::uint64_t meta_version() const { return live_->meta_version; }
  const presence_model& presence() const { return presence_; }
  const receipts_model& receipts() const { return receipts_; }
  /// Whether the client knows what has become of this push.
  bool is_settled(std::uint64_t push) const { return settled_.contains(push); }
  std::uint64_t resumes_recovered() const { return resumes_recovered_; }
  const std::string& topic() const { return topic_; }

 private:
  struct channel {
    std::string join_ref;
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
  void broke(std::string_view invariant, const std::string& what) const;
  void reply(const heard& what);
  void join_answered(const request& asked, const heard& what);
  void came_in(const request& asked, const heard& what);
  void check_resume(const request& asked, const heard& what, std::uint64_t missed);
  void answered_late(const request& asked, const heard& what);
  void push_refused(const request& asked, const heard& what);
  void push_answered(const request& asked, const heard& what);
  void closed(const heard& what);
  void event(const heard& what);
  void receipt(const heard& what);
  void ephemeral(const heard& what);
  void ordered(const heard& what, const push_id& who);
  void check_place(const heard& what, const push_id& who);
  void remember_where();
  void end_channel(const std::string& join_ref);

  int client_;
  std::string topic_;
  const room_rule& rule_;
  const virtual_time& time_;
  room_truth& truth_;
  findings& found_;
  bool is_held_;
  bool may_double_;
  std::uint64_t connection_ = 0;
  std::map<std::string, request> pending_;  // by ref
  std::map<std::string, request> excused_;  // their channel is over: answered at most once
  std::string joining_;
  std::string replaced_;  // join_ref of a channel that a newer join took over
  std::string failed_;    // join_ref of the last channel that a crash ended
  std::optional<channel> live_;
  bool is_leaving_ = false;
  bool is_doubtful_ = false;  // a second join was refused: the first is over, or soon
  std::optional<position> where_;
  std::optional<time_point> next_born_after_;  // what comes after where_, if that is known
  presence_model presence_;
  receipts_model receipts_;
  std::set<std::uint64_t> settled_;  // pushes that were answered for certain
  /// Of ephemeral events, by sender and its connection.
  std::map<std::pair<int, std::uint64_t>, std::uint64_t> last_ephemeral_;
  std::uint64_t resumes_recovered_ = 0;
};

}  // namespace roost::sim
