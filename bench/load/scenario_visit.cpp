// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include "bench/load/load_client.hpp"
#include "bench/load/scenarios.hpp"

namespace roost::bench {
namespace {

constexpr std::int64_t stalled_ns_max = 20 * second_ns;

/// Each connection is in one room at a time, and has one message outstanding. Owns: the stage of
/// each connection. Runs on: the client's thread. Ends: with the scenario.
class visitors {
 public:
  /// Every connection has joined a room, those from 0 on.
  visitors(client& load, unsigned rooms)
      : load_(load),
        next_room_(static_cast<unsigned>(load.connections().size())),
        rooms_(rooms),
        at_(next_room_, stage::pushes) {
    for (auto& c : load_.connections()) send(c);
  }

  void take(connection& c, const server_frame& f) {
    if (!f.is_ok_reply()) {
      // The end of a channel that its member has left.
      is_refused_ |= f.payload.find(R"("phx_close")") == f.payload.npos;
      return;
    }
    auto& at = at_[c.index];
    if (at == stage::leaves) {
      ++visited_;
      if (next_room_ >= rooms_) return;
      c.room = next_room_++;
      at = stage::joins;
    } else {
      at = at == stage::joins ? stage::pushes : stage::leaves;
    }
    send(c);
  }

  unsigned visited() const { return visited_; }
  bool goes_on() const { return visited_ < rooms_; }
  bool is_refused() const { return is_refused_; }

 private:
  enum class stage : std::uint8_t { joins, pushes, leaves };

  void send(connection& c) {
    const auto at = at_[c.index];
    bool is_sent = false;
    if (at == stage::pushes) {
      push_frame push(dialect::phoenix, push_kind::echo, c.room);
      is_sent = load_.send(c, push.stamped(3, 0));
    } else {
      is_sent =
          load_.send(c, at == stage::joins ? join_frame(dialect::phoenix, push_kind::echo, c.room)
                                           : leave_frame(push_kind::echo, c.room));
    }
    is_refused_ |= !is_sent;
  }

  client& load_;
  unsigned next_room_;
  const unsigned rooms_;
  std::vector<stage> at_;
  unsigned visited_ = 0;
  bool is_refused_ = false;
};

}  // namespace

void run_visit(const options& options, figures& to) {
  if (options.protocol != dialect::phoenix) return to.fail("visit needs the dialect phoenix");
  client load(options, push_kind::echo);
  const unsigned count = std::min(options.connections, options.rooms);
  if (const std::string why = load.ramp(count, count); !why.empty()) return to.fail(why);
  const std::int64_t start = now_ns();
  std::int64_t progress_ns = start;
  unsigned visited_before = 0;
  visitors all(load, options.rooms);
  while (all.goes_on()) {
    load.poll_once([&](connection& c, const server_frame& f) { all.take(c, f); });
    const std::int64_t now = now_ns();
    if (all.visited() != visited_before) progress_ns = now;
    visited_before = all.visited();
    if (all.is_refused()) return to.fail("a message was refused");
    if (load.lost() > 0) return to.fail("the server closed a connection");
    if (now - progress_ns > stalled_ns_max) return to.fail("a message was not answered");
  }
  const double seconds = static_cast<double>(now_ns() - start) / second_ns;
  to.add("rooms", options.rooms);
  to.add("visited_per_s", options.rooms / seconds);
}

}  // namespace roost::bench
