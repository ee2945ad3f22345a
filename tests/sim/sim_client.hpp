// SPDX-License-Identifier: Apache-2.0
// A simulated client: sends what the scenario decides, and checks what it receives.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "actors/node/node.hpp"
#include "tests/promises/member_view.hpp"
#include "tests/sim/client_session.hpp"
#include "tests/sim/fault_counts.hpp"
#include "tests/sim/plan.hpp"

namespace roost::sim {

using promises::findings;
using promises::member_view;
using promises::position;
using promises::promise;
using promises::request;
using promises::request_kind;
using promises::room_truth;

/// Owns: its session, its views of the topics. Runs on: the simulation's thread, between two steps.
/// Ends: with the simulation, before the nodes' loops.
class client {
 public:
  struct endpoint {
    actors::node* node = nullptr;
    net::loop* home = nullptr;
    std::size_t window_bytes = 0;
  };
  client(int index, const plan& plan, const tests::virtual_time& time,
         std::deque<room_truth>& truths, findings& found);

  void connect(const endpoint& to);
  /// Ends the connection without a close handshake.
  void drop();
  bool is_at(const actors::node& node) const { return is_connected() && node_ == &node; }
  bool is_connected() const { return static_cast<bool>(session_); }
  bool is_stalled() const { return is_stalled_; }
  void stall(bool is_so) { is_stalled_ = is_so; }

  void join(std::size_t topic, std::optional<position> resume,
            std::optional<std::uint32_t> history);
  void leave(std::size_t topic) { send(topic, {request_kind::leave}, "phx_leave", "{}"); }
  void push(std::size_t topic);
  /// A push of which check_quiet() expects that it was acknowledged, if the channel still lives.
  void push_last(std::size_t topic);
  /// Resends recent pushes of earlier connections whose outcome is unknown, with the same
  /// idempotency value, so that each counts once. False: there are none.
  bool resend_pushes(std::size_t topic);
  void push_boom(std::size_t topic);
  void push_ephemeral(std::size_t topic);
  void describe(std::size_t topic);
  void mark_read(std::size_t topic);

  /// Delivers the oldest sent message to the server. False: there is none, or no credit.
  bool deliver_one() { return session_ && session().deliver_one(); }
  /// Reads one frame, or notices that the server closed. False: nothing arrived, or the
  /// client is stalled. Adds what it read to the hash `trace`.
  bool read_one(std::uint64_t& trace);
  void check_bounds() const;
  void check_quiet() const;

  member_view& view(std::size_t topic) { return views_[topic]; }
  const member_view& view(std::size_t topic) const { return views_[topic]; }
  std::size_t topics() const { return views_.size(); }
  int index() const { return index_; }
  std::uint64_t frames() const { return frames_; }
  /// An ordered event that has arrived, and its sender's number for the push.
  struct arrival {
    std::size_t topic = 0;
    promises::position at;
    int sender = 0;
    std::uint64_t number = 0;
  };
  /// The events that arrived since the last call.
  std::vector<arrival> take_arrivals() { return std::exchange(arrivals_, {}); }
  /// When the push with this number was sent first.
  time_point pushed_at(std::size_t topic, std::uint64_t number) const {
    return pushed_at_[topic].at(number - 1);
  }
  /// Faults of which the server has told this client.
  const fault_counts& heard() const { return heard_; }
  /// How often a server closed this client as a slow consumer.
  std::uint64_t overflows() const { return overflows_; }

 private:
  client_session& session() const { return static_cast<client_session&>(*session_); }
  void send(std::size_t topic, request request, std::string_view event, const std::string& payload);
  struct unsettled_push {
    std::uint64_t number = 0;
    std::uint64_t connection = 0;
    std::uint64_t resent_over = 0;
    time_point at{};
    std::string payload;
  };
  /// How long a push may be resent. Rooms remember idempotency values for two minutes, or until the
  /// room is evicted.
  static constexpr milliseconds resends_within{50'000};
  struct last_push {
    std::size_t topic = 0;
    std::string join_ref;
    time_point at;
  };
  void take(const std::string& text, std::uint64_t& trace);
  void count(const promises::received_frame& frame);
  void lost();

  int index_;
  const settings& config_;
  const tests::virtual_time& time_;
  findings& found_;
  net::session_ptr session_;
  const actors::node* node_ = nullptr;  // of the session
  std::deque<member_view> views_;
  std::size_t padding_bytes_;
  std::deque<room_truth>& truths_;
  std::vector<std::uint64_t> pushes_;               // by topic
  std::vector<std::vector<time_point>> pushed_at_;  // by topic and number
  std::vector<arrival> arrivals_;
  std::vector<std::deque<unsettled_push>> unsettled_;  // by topic
  std::vector<last_push> last_pushes_;
  std::uint64_t last_ephemeral_ = 0;
  std::uint64_t connections_ = 0;
  std::uint64_t last_ref_ = 0;
  std::uint64_t last_meta_ = 0;
  std::uint64_t frames_ = 0;
  std::uint64_t overflows_ = 0;
  fault_counts heard_;
  bool is_stalled_ = false;
};

/// The names of the topics: room:0, room:1, …
std::string topic_name(std::size_t topic);

}  // namespace roost::sim
