// SPDX-License-Identifier: Apache-2.0
// The owner's side of the log of one shard: take-over, group commit, fence, truncation. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cluster/log/append_queue.hpp"
#include "cluster/log/checkpoint.hpp"
#include "cluster/log/effect_list.hpp"
#include "cluster/log/log_faults.hpp"
#include "cluster/log/log_history.hpp"
#include "cluster/log/log_index.hpp"
#include "cluster/log/log_position.hpp"
#include "cluster/log/part_sweep.hpp"
#include "cluster/log/retention.hpp"
#include "cluster/log/room_snapshots.hpp"
#include "cluster/log/shard_log_io.hpp"
#include "config/base/clock.hpp"

namespace roost::cluster {

/// The log of one shard as its owner, or a node that wants to own it, sees it. Rooms apply commands
/// at once and hand in the records; what follows from them waits in the room for `stored`.
///
/// The log is the fence: each append expects the owner's own last sequence, and one append is under
/// way at a time. An append without a clear outcome is settled by what the log holds, never by the
/// refusal. A node that is not, or no longer, the owner ends with `stopped`.
///
/// Owns: the records that wait, the index of the records that no room has loaded, the checkpoint.
/// Runs on: the caller's thread (always the same one). Ends: any time; stop() first if it serves.
class shard_log {
 public:
  /// `random` makes the names of epochs and log ids: 64 bits that nobody can guess.
  shard_log(const shard_log_limits& limits, node_id self, std::function<std::uint64_t()> random,
            const log_faults* faults = nullptr);

  // Ownership:

  /// The other nodes that decide whether a take-over may go on.
  void set_others(other_nodes others) { others_ = std::move(others); }
  /// Begins to take the shard. Ends with `serving` or `stopped`. `wall_us`: since 1970.
  void take_over(time_point now, std::int64_t wall_us);
  /// Gives the shard to a node: stores its rooms while they are served, then what waits, then the
  /// release. Ends with `stopped`. Repeated calls change nothing. Node 0: the shard is not given
  /// away, unless the release is under way.
  void give(node_id to, time_point now);
  /// Forgets everything. What is not stored is lost.
  void stop();
  /// The connection to a store broke: nothing is sent until look().
  void suspend();
  /// The connection is back, the loops stood still, or an edge knows what the owner does not:
  /// nothing but reads and the barrier is sent until it is known whether this node still owns the
  /// shard. Ends with `verified` or `stopped`.
  void look(time_point now);
  /// Somebody knows an ownership of the shard. A greater one than this node's was lost by the
  /// store, or fences this node.
  void saw_ownership(std::uint64_t ownership, time_point now);

  // Rooms. Calls for a room that is not loaded are ignored: it was dropped by `stopped`.

  /// Reads a room, after `serving` if it is not yet. Ends with `loaded` or `load_failed`.
  /// `stores_first`: a room of durability `snapshot`.
  void load(const shared_topic& topic, bool stores_first = false);
  /// Records of a loaded room, in order. `ticket` names them all.
  void add(const shared_topic& topic, std::vector<log_record> records, std::uint64_t ticket);
  /// Answers `capture`, or `loaded` with `stores_first`: the state of the room after the records
  /// with this ticket, and before any other. `log` and `covered` are set here.
  void captured(const topic& topic, std::uint64_t ticket, room_snapshot snapshot, time_point now);
  /// Answers `capture`, which is repeated later.
  void capture_failed(const topic& topic) { checkpoint_.failed(topic); }
  /// Nobody uses the room: `capture` comes as soon as it may be stored.
  void store_soon(const topic& topic) { checkpoint_.want(topic); }
  /// The room leaves the memory. Only if is_covered(), or after load_failed.
  void drop(const topic& topic);
  /// Every record of the room is in a stored snapshot.
  bool is_covered(const topic& topic) const;

  // Stores and time:

  void answer(std::uint64_t request, log_answer answer, time_point now);
  /// Closes a batch if no append is under way, and does what is due. Call it after each burst of
  /// calls and at least every `retry_ms`; the effects of all calls are in its answer.
  std::vector<shard_effect> poll(time_point now);

  bool is_serving() const { return phase_ == phase::serving; }
  bool is_idle() const { return phase_ == phase::idle; }
  /// False: the shard is not served, or the store refuses its appends or is nearly full.
  bool can_append() const { return is_serving() && !is_refused_ && !is_nearly_full(); }
  std::uint64_t ownership() const { return position_.ownership; }
  /// The newest ownerships of the shard, oldest first, with the present one.
  const std::vector<log_entries::epochs::entry>& epochs() const { return history_.epochs(); }
  shard_log_counters counters() const;

 private:
  enum class phase : std::uint8_t { idle, taking_over, serving };
  /// The main request that is under way, or is repeated at retry_at_.
  enum class step : std::uint8_t {
    none,
    get_barrier,
    get_state,
    append,
    settle_state,
    settle_read,
    read_log,
    check_gap,
    put_barrier,
    check_barrier,
  };
  struct hand_over {
    node_id to;
    std::deque<shared_topic> rooms;  // that are not stored yet
    time_point until;                // for storing them
    bool is_stored = false;          // the release comes next
  };
  struct closed_batch {
    std::shared_ptr<const log_entry> entry;
    std::vector<room_ticket> tickets;
    std::vector<shared_topic> topics;
    std::size_t bytes = 0;
  };

  // steps (shard_log.cpp)
  void go(step next);
  void retry(step next, time_point now);
  void main_answer(log_answer& answer, time_point now);
  void begin(bool is_renewal);
  void stop_with(stop_reason why, node_id owner, std::string detail, std::uint64_t released = 0);
  void reset();
  void check_accepting();

  // take-over (shard_log_take_over.cpp)
  void take(const log_answers::state& state, time_point now);
  bool may_take(const log_answers::state& state);
  void append_marker(const log_answers::state& state, time_point now);
  void marker_stored();
  void take(log_answers::page& page, time_point now);
  bool index(log_answers::message& message, time_point now);
  void end_gap(const log_answers::state& state);
  void take_barrier(const log_answers::snapshots& found, time_point now);
  void barrier_written(const write_result& result, time_point now);
  void barrier_stored(sequence at, time_point now);
  std::string epoch_text();

  // appends (shard_log_append.cpp)
  void go_on_giving(time_point now);
  void close_next(time_point now);
  void close(decltype(log_entry::body) body, append_queue::batch batch = {});
  bool is_own(const log_answers::message& message) const;
  void append_written(const write_result& result, time_point now);
  void appended(time_point now);
  void batch_stored(const closed_batch& stored, time_point now);
  void settle(const log_answers::state& state, time_point now);
  void settle(const log_answers::page& page, time_point now);
  void settled(time_point now);
  void fenced(std::string detail);
  void lost(std::string detail);
  bool is_cut_from_below(const log_answers::state& state) const;
  bool wants_purge(time_point now) const;
  void read_space(time_point now);
  void purge(time_point now);
  void side_answer(const log_answer& answer, time_point now);
  bool is_nearly_full() const;

  const shard_log_limits limits_;
  const node_id self_;
  const std::function<std::uint64_t()> random_;
  const log_faults faults_;
  other_nodes others_;

  phase phase_ = phase::idle;
  step step_ = step::none;
  std::uint64_t main_request_ = 0;  // 0: none is under way
  std::optional<time_point> retry_at_;
  bool is_suspended_ = false;
  bool is_looking_ = false;
  bool is_suspicious_ = false;        // if this node is still the owner, the store lost data
  bool is_renewal_ = false;           // the next marker begins a new log id
  std::uint64_t lost_ownership_ = 0;  // of this node when it found data lost; 0: never
  bool is_accepting_ = false;
  bool is_refused_ = false;          // the append under way, at least once
  std::int64_t wall_offset_us_ = 0;  // from now to microseconds since 1970

  log_position position_;
  std::uint64_t greatest_seen_ = 0;  // of all ownerships and log ids
  std::uint64_t barrier_seen_ = 0;   // its ownership before the take-over
  sequence barrier_at_;              // as it was read or stored last
  sequence own_barrier_at_;          // of this ownership
  std::uint64_t number_ = 0;         // of the last closed message of this ownership
  std::string text_;
  sequence first_;  // of the log
  sequence next_;   // to be read by the take-over
  sequence gap_;    // of the message behind a gap
  std::uint64_t log_bytes_ = 0;
  std::uint64_t log_bytes_max_ = 0;
  std::deque<closed_batch> closed_;  // at most one: the append under way
  std::optional<hand_over> giving_;
  std::uint64_t side_request_ = 0;  // a purge, or the reading of the state after it
  sequence purge_to_;
  time_point purge_at_;

  effect_list out_;
  shard_log_counters counters_;
  log_history history_;
  log_index index_;
  append_queue queue_;
  checkpoint checkpoint_;
  room_snapshots rooms_;
  retention retention_;
  part_sweep sweep_;
};

}  // namespace roost::cluster
