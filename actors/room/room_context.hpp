// SPDX-License-Identifier: Apache-2.0
// The context of a call to a room_handler: records the effects of the call. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "actors/room/presence/presence_set.hpp"
#include "cluster/envelope.hpp"
#include "config/base/clock.hpp"
#include "config/base/error.hpp"
#include "config/base/indexed_vector.hpp"
#include "config/base/payload.hpp"

namespace roost::actors {

/// A member of a room: one channel. A user with two connections is two members.
struct room_member {
  cluster::member_id id;  ///< never reused while the room lives; {}: the server API
  std::string user;       ///< the user of the token; empty: anonymous

  // For indexed_vector.
  const cluster::member_id& key() const { return id; }
  bool is_gap() const { return id == cluster::member_id{}; }
  void make_gap() { *this = {}; }
};

/// Random numbers that depend only on the seed, so that a simulated or recorded room repeats them
/// (splitmix64). For std::shuffle and the distributions of <random>. Not for secrets: a client that
/// sees a whole number can compute the following ones.
class room_random {
 public:
  using result_type = std::uint64_t;
  explicit room_random(std::uint64_t seed) : state_(seed) {}
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()() {
    auto z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EB;
    return z ^ (z >> 31U);
  }

 private:
  std::uint64_t state_;
};

/// An answer to the push or join that the call is about.
struct room_answer {
  errc why = errc::none;    ///< none: status ok, `response`; otherwise: status error
  roost::payload response;  ///< with an error: empty for the usual response of `why`
};

/// An event with an offset, for every member.
struct broadcast_effect {
  std::string event;
  roost::payload payload;
  bool skips_sender = false;
};
/// An event without an offset, for one member.
struct send_effect {
  cluster::member_id to;
  std::string event;
  roost::payload payload;
};
/// The end of a member's channel.
struct kick_effect {
  cluster::member_id member;
  std::string reason;
};
using room_effect = std::variant<broadcast_effect, send_effect, kick_effect>;

/// Records the effects that a handler asks for during one call. The room carries them out in this
/// order after the call has returned, and drops all of them if the call throws.
/// Owns: nothing. Runs on: the room's loop. Ends: with the call, so never keep a reference to it.
///
/// Event names have 1 to 255 bytes, no control characters, and are not reserved (docs/rooms.md).
/// JSON payloads must be valid JSON: nobody checks them again. A call that breaks the rule of
/// names, or records more than effects_max effects or effects_bytes_max bytes of names and
/// payloads, crashes the room.
class room_context {
 public:
  static constexpr std::size_t effects_max = 10'000;
  static constexpr std::size_t effects_bytes_max = 1'000'000;
  /// A shorter interval of ticks counts as this one.
  static constexpr milliseconds tick_min{10};

  using members = indexed_vector<room_member, member_hash>;

  /// Adds to `effects`. `bytes_pushed`: the payload of the message, which does not count.
  room_context(time_point now, const members& all, room_random& random,
               std::vector<room_effect>& effects, std::size_t bytes_pushed = 0)
      : now_(now),
        members_(all),
        random_(random),
        effects_(effects),
        bytes_left_(effects_bytes_max + bytes_pushed) {}

  /// The time of this call. Monotonic, and the same during the whole call.
  time_point now() const { return now_; }
  room_random& random() { return random_; }
  /// The number of members, with the one that joins and without the one that leaves.
  std::size_t member_count() const { return members_.size(); }
  /// Calls visit(const room_member&) for each member, in the order in which they joined.
  template <class Visitor>
  void each_member(Visitor visit) const {
    members_.each(visit);
  }

  /// Answers the push with ok and this response. Without reply() or refuse() a push is answered
  /// with the position of its first broadcast, or {} without a broadcast. The last answer counts.
  void reply(roost::payload response) { answer_with({errc::none, std::move(response)}); }
  /// Answers the push or the join with an error; a join that is refused makes no member.
  void refuse(errc why) { answer_with({why, {}}); }
  /// The same, with a reason of the handler's own.
  void refuse(std::string_view reason);
  /// Sends an event to every member. It gets the next offset and stays in the history, so that
  /// members that lost their connection get it later. With `echo: false` in the room's rule the
  /// sender of the push does not get it.
  void broadcast(std::string event, roost::payload payload) {
    add_broadcast(std::move(event), std::move(payload), false);
  }
  /// The same, but the member that the call is about does not get the event.
  void broadcast_to_others(std::string event, roost::payload payload) {
    add_broadcast(std::move(event), std::move(payload), true);
  }
  /// Sends an event to one member. It has no offset: it is lost if the member loses its connection
  /// or has left.
  void send(const cluster::member_id& to, std::string event, roost::payload payload) {
    const auto bytes = event.size() + payload.data.size;
    record<send_effect>(bytes, to, std::move(event), std::move(payload));
  }
  /// Ends the member's channel with phx_close {"reason": …}, then calls on_leave. The client may
  /// join again, unless on_join refuses it.
  void kick(const cluster::member_id& member, std::string_view reason = {}) {
    record<kick_effect>(reason.size(), member, std::string(reason));
  }
  /// Calls on_tick every `interval` from now on, until stop_ticking(). Ticks do not drift: each is
  /// due one interval after the one before was due. Ticks that the room missed are skipped. A call
  /// with the present interval changes nothing.
  void tick_every(milliseconds interval) { interval_ = std::max(interval, tick_min); }
  void stop_ticking() { interval_ = milliseconds{}; }

  // For the room and for tests.

  /// The call recorded more than the bounds allow; the rest is missing.
  bool is_over_bounds() const { return is_over_bounds_; }
  const std::optional<room_answer>& answer() const { return answer_; }
  /// The interval that the call chose; 0: no ticks; none: it chose nothing.
  const std::optional<milliseconds>& interval() const { return interval_; }

 private:
  void add_broadcast(std::string event, roost::payload payload, bool skips_sender) {
    const auto bytes = event.size() + payload.data.size;
    record<broadcast_effect>(bytes, std::move(event), std::move(payload), skips_sender);
  }
  void answer_with(room_answer answer) {
    if (fits(answer.response.data.size)) answer_ = std::move(answer);
  }
  /// Over a bound nothing more is kept, so that an endless loop in a handler does not take all
  /// memory.
  bool fits(std::size_t bytes) {
    if (effects_.size() >= effects_max || bytes > bytes_left_) is_over_bounds_ = true;
    if (is_over_bounds_) return false;
    bytes_left_ -= bytes;
    return true;
  }
  template <class Effect, class... Fields>
  void record(std::size_t bytes, Fields&&... fields) {
    if (fits(bytes)) effects_.emplace_back(Effect{std::forward<Fields>(fields)...});
  }

  time_point now_;
  const members& members_;
  room_random& random_;
  std::vector<room_effect>& effects_;
  std::size_t bytes_left_;
  bool is_over_bounds_ = false;
  std::optional<room_answer> answer_;
  std::optional<milliseconds> interval_;
};

}  // namespace roost::actors
