// The order of one room, put together from everything that any client was told.
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
#include "tests/promises/heard.hpp"

namespace roost::promises {

/// Names a push by the client that sent it.
struct push_id {
  int client = 0;
  std::uint64_t number = 0;      ///< 1, 2, 3 … for each client and topic, over all connections
  std::uint64_t connection = 0;  ///< which of the client's: order is promised only within one
  friend auto operator<=>(const push_id&, const push_id&) = default;
};

/// Owns: what is known. Runs on: one thread. Ends: after the room's member views.
class room_truth {
 public:
  /// `forgets`: offsets may begin at 1 again, in another epoch.
  room_truth(std::string topic, findings& found, bool forgets = false)
      : topic_(std::move(topic)), found_(found), forgets_(forgets) {}

  /// A client sends this event; what members see must be one of these.
  void says(const std::string& content) { said_.insert(content); }
  bool was_said(const std::string& content) const { return said_.contains(content); }
  /// A client pushes in this channel.
  void asked(const push_id& push, const std::string& channel);
  /// The client repeats it over another connection: only its place must stay the same.
  void repeats(const push_id& push) { repeated_.insert(push); }
  bool is_repeated(const push_id& push) const { return repeated_.contains(push); }
  /// A client says that it has read up to there.
  void marks(const position& where) { marked_.insert({where.epoch, where.at}); }
  bool is_marked(const position& where) const { return marked_.contains({where.epoch, where.at}); }

  /// A member was given this event. The epoch is empty where the member cannot know it.
  void seen(const position& where, const std::string& content, const push_id& push);
  /// The sender was told that its push stands there.
  void acknowledged(const position& where, const push_id& push) { stands(where, {}, push); }
  /// The sender was told that its push did not happen.
  void refused(const push_id& push);
  /// The room is at rest; `head`: its greatest offset, if that is known.
  void check_quiet(std::optional<std::uint64_t> head) const;

  std::size_t events() const { return order_.size(); }
  /// The epoch of the event at this offset; empty: not known.
  std::string epoch_at(std::uint64_t at) const;

 private:
  /// Of a room that never forgets, the offset alone: then the epoch stays empty here.
  using place = std::pair<std::string, std::uint64_t>;
  struct standing {
    push_id push;
    std::string content;  // empty: only its acknowledgement is known
    std::string epoch;    // empty: not known
  };
  struct asked_push {
    push_id push;
    std::string channel;
  };
  void stands(const position& where, const std::string& content, const push_id& push);
  void check_same(const standing& known, const position& where, const std::string& content,
                  const push_id& push);
  void check_sender_order(const position& where, const push_id& push);
  void check_epochs() const;
  void check_holes() const;

  std::string topic_;
  findings& found_;
  bool forgets_;
  std::map<place, standing> order_;
  std::map<push_id, position> places_;
  std::vector<asked_push> asked_;
  std::set<push_id> refused_;
  std::set<push_id> repeated_;
  std::set<std::string> said_;
  std::set<place> marked_;
  /// By epoch, client and connection: the number of the push at each offset.
  using sender = std::tuple<std::string, int, std::uint64_t>;
  std::map<sender, std::map<std::uint64_t, std::uint64_t>> sent_;
};

}  // namespace roost::promises
