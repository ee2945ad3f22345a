// The owner's side of one topic: who is in, what order, which position, what is kept. Pure.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/planted_faults.hpp"
#include "actors/room/command_log.hpp"
#include "actors/room/epoch_birth.hpp"
#include "actors/room/history.hpp"
#include "actors/room/idempotency.hpp"
#include "actors/room/presence.hpp"
#include "actors/room/receipts.hpp"
#include "actors/room/room_kind.hpp"
#include "cluster/envelope.hpp"
#include "config/settings.hpp"

namespace roost::actors {

/// What a room holds besides its history, in bytes of memory.
struct room_bytes {
  std::size_t presence = 0;
  std::size_t idempotency = 0;
  std::size_t receipts = 0;
  std::size_t answers = 0;
  std::size_t sum() const { return presence + idempotency + receipts + answers; }
};

/// Orders one topic. Owns: its members, its kind, its history, presence and receipts.
/// Runs on: whoever calls it (one thread). Ends: with its actor.
///
/// Every numbered command gives exactly one answer in `out`, in order, also when it comes again;
/// one that comes too early gives none, and is sent again.
class room {
 public:
  /// Events of one page, names and payloads.
  static constexpr std::size_t page_bytes_max = 65'536;
  /// Side state that is given with the answer to a join: at most so much, or none of presence.
  static constexpr std::size_t joiner_bytes_max = 16'384;
  /// The same of what the API is shown.
  static constexpr std::size_t look_bytes_max = 1'000'000;

  /// `may_repeat`: a command may come twice.
  room(topic where, const room_rule& rule, kind_factory kinds, std::uint64_t node,
       epoch_birth birth, const planted_faults* faults = nullptr, bool may_repeat = true);
  /// Does a command. May throw what the kind throws; then call crashed().
  void apply(const cluster::command& what, time_point now, std::vector<cluster::event_ptr>& out);
  /// The kind threw at `what`: ends every channel and starts anew with a fresh kind, an epoch of
  /// its own and what was held, nobody in; `what` is answered.
  void crashed(const cluster::command& what, epoch_birth birth,
               std::vector<cluster::event_ptr>& out);
  /// The rule has changed: all of it holds from now on but presence.mode, which a new room gets.
  void use(const room_rule& rule, time_point now);
  /// Gives up the oldest of its history, down to so many bytes.
  void shrink(std::size_t bytes) { history_.shrink(bytes); }
  /// Joins are answered "unavailable" while it is closed.
  void close(bool is_closed) { is_closed_ = is_closed; }
  /// A member that would take more in presence is refused "unavailable", as is such a meta.
  void bound_members(std::size_t bytes) { member_bytes_max_ = bytes; }
  bool has_space_for(const cluster::command& member) const;
  /// Forgets the oldest values, then the oldest receipts, until so many bytes are free or none is
  /// left.
  void forget_values(std::size_t bytes);
  /// Gives up all that it holds; nobody is in.
  void let_go();
  room_bytes held() const;

  /// Gives out what is due: presence, receipts, age.
  void tick(time_point now, std::vector<cluster::event_ptr>& out);
  std::optional<time_point> next_due() const;
  /// Where the room stands, for edges that may have lost the last events.
  cluster::event_ptr head_event() const;

  const std::string& kind_name() const { return rule_.kind; }
  std::size_t members() const { return members_.size(); }
  offset head() const { return history_.head(); }
  const std::string& epoch_text() const { return history_.epoch_text(); }
  const class history& past() const { return history_; }

 private:
  struct member_hash {
    std::size_t operator()(const cluster::member_id& who) const {
      return keyed_hash{}(who.node.value ^ (who.connection.value * 0x9E3779B97F4A7C15));
    }
  };
  using event = cluster::event;
  using command = cluster::command;

  event answer_to(const command& what) const;
  void fresh(const command& what, time_point now, std::vector<cluster::event_ptr>& out);
  void again(const command& what, std::vector<cluster::event_ptr>& out);
  void join(const command& what, time_point now, event& answer);
  void welcome(const command& what, event& answer);
  void tell(event& answer, const cluster::side_state_cursor& from, std::size_t bytes_max);
  void tell_in_one(event& answer, std::size_t bytes_max);
  void leave(const command& what, time_point now);
  void push(const command& what, time_point now, std::vector<cluster::event_ptr>& out,
            event& answer);
  void describe(const command& what, time_point now, event& answer);
  void mark_read(const command& what, time_point now, event& answer);
  void fetch(const command& what, std::vector<cluster::event_ptr>& out);
  void look(const command& what, time_point now, std::vector<cluster::event_ptr>& out);
  void notices(std::vector<notice>&& what, std::vector<cluster::event_ptr>& out);

  cluster::shared_topic where_;
  room_rule rule_;
  kind_factory kinds_;
  const planted_faults* faults_;
  std::unique_ptr<room_kind> kind_;
  epoch life_;
  bool is_closed_ = false;
  std::size_t member_bytes_max_ = std::numeric_limits<std::size_t>::max();
  boost::unordered_flat_set<cluster::member_id, member_hash> members_;
  class history history_;
  command_log log_;
  class presence presence_;
  class receipts receipts_;
  std::optional<time_point> receipts_due_;
  std::uint64_t notices_ = 0;                 // given out
  std::unique_ptr<idempotency> done_before_;  // null until a value comes
};

}  // namespace roost::actors
