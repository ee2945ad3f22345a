// SPDX-License-Identifier: Apache-2.0
#include <signal.h>

#include <algorithm>
#include <string>
#include <vector>

#include "bench/load/histogram.hpp"
#include "bench/load/kill_rooms.hpp"
#include "bench/load/load_client.hpp"
#include "bench/load/scenarios.hpp"

namespace roost::bench {
namespace {

constexpr std::int64_t ms_ns = 1'000'000;
constexpr std::int64_t steady_ns = 20 * ms_ns;  // between two pushes into a steady room
constexpr std::int64_t setup_ns_max = 180 * second_ns;
constexpr std::int64_t take_over_ns_max = 30 * second_ns;
constexpr std::int64_t dying_ns = 20 * ms_ns;  // the killed node may still have answered

/// Connection j is in the rooms j, j + connections, …; the first `steady` rooms are pushed into all
/// the time. Owns: what each room waits for. Runs on: the client's thread. Ends: with the
/// scenario.
class killed_node {
 public:
  killed_node(const options& options, client& load)
      : options_(options),
        load_(load),
        owners_(options.rooms),
        pushed_at_ns_(options.rooms, 0),
        steps_(options.connections, 0),
        steady_due_ns_(options.steady, 0) {}

  /// Joins all rooms and pushes `rounds` times into each, with one message of each connection
  /// outstanding.
  std::string set_up() {
    const auto give_up_ns = now_ns() + setup_ns_max;
    for (auto& c : load_.connections()) go_on(c);
    while (ready_ < options_.connections) {
      poll([&](connection& c, unsigned) { go_on(c); });
      if (!why_.empty()) return why_;
      if (now_ns() > give_up_ns) return "the rooms were not filled in time";
    }
    return {};
  }

  std::string push_steadily(std::int64_t until_ns) {
    while (why_.empty() && now_ns() < until_ns) step();
    return why_;
  }

  std::string kill_owner() {
    steady_since_ns_ = now_ns() - second_ns;
    before_ = std::move(steady_);
    steady_.clear();
    killed_at_ns_ = now_ns();
    if (::kill(options_.kill_pid, SIGKILL) != 0) return "cannot end the node";
    noticed_at_ns_ = killed_at_ns_ + options_.gone_ms * ms_ns;
    // Shortly before the others can know it.
    if (auto why = push_steadily(noticed_at_ns_ - options_.gone_ms * ms_ns / 10); !why.empty()) {
      return why;
    }
    if (auto why = owners_.decide(steady_since_ns_, killed_at_ns_ + dying_ns); !why.empty())
      return why;
    push_first();
    steady_.clear();
    const auto give_up_ns = now_ns() + take_over_ns_max;
    while (why_.empty() && outstanding_ > 0 && now_ns() < give_up_ns) step();
    if (why_.empty() && outstanding_ > 0) {
      return std::to_string(outstanding_) + " rooms had no owner after 30 s";
    }
    return why_;
  }

  void report(figures& to) {
    to.add("rooms_taken", static_cast<double>(first_.count()));
    to.add("epochs", static_cast<double>(owners_.epochs()));
    to.add("refused_in_set_up", refused_);
    to.add("first_p50_ms", static_cast<double>(first_.quantile(0.5)) / 1e6);
    to.add("first_max_ms", static_cast<double>(first_.max()) / 1e6);
    to.add("others_before_p99_ms", p99_ms_of_others(before_));
    // A push that still waits counts, too.
    for (unsigned room = 0; room < options_.steady; ++room) {
      if (pushed_at_ns_[room] != 0) steady_.push_back({room, now_ns() - pushed_at_ns_[room]});
    }
    to.add("others_during_p99_ms", p99_ms_of_others(steady_));
  }

 private:
  struct sample {
    unsigned room;
    std::int64_t took_ns;
  };

  bool is_steady(unsigned room) const { return room < options_.steady; }

  template <class Answered>
  void poll(Answered&& answered) {
    load_.poll_once([&](connection& c, const server_frame& f) {
      if (f.is_delivery()) return;
      if (!f.is_ok_reply()) {
        refused(c, f);
        return;
      }
      const unsigned room = std::min(room_of(f.payload), options_.rooms - 1);
      if (const auto epoch = epoch_of(f.payload); pushed_at_ns_[room] != 0 && !epoch.empty()) {
        owners_.answered(room, epoch, pushed_at_ns_[room]);
      }
      answered(c, room);
    });
    if (load_.lost() > 0) fail("the server closed a connection");
  }

  /// A message of the set-up is sent again.
  void refused(connection& c, const server_frame& f) {
    if (f.is_presence_state()) return;
    const bool is_reply = f.payload.find(R"("status":"error")") != f.payload.npos;
    if (!is_reply || ready_ == options_.connections) {
      return fail("refused or ended: " + std::string(f.payload));
    }
    ++refused_;
    --steps_[c.index];
    go_on(c);
  }

  void fail(const std::string& why) {
    if (!why_.empty()) return;
    why_ = why + (noticed_at_ns_ != 0 ? " (after the kill)" : " (before the kill)");
  }

  void push(connection& c, unsigned room) {
    push_frame frame(options_.protocol, push_kind::echo, room);
    pushed_at_ns_[room] = now_ns();
    if (!load_.send(c, frame.stamped(3, 0))) fail("a connection cannot send");
  }

  /// Sends the next message of the set-up.
  void go_on(connection& c) {
    const unsigned all = options_.connections;
    const unsigned rooms = (options_.rooms - c.index + all - 1) / all;
    const unsigned step = steps_[c.index]++;
    if (step < rooms - 1) {  // the first one was joined when the connection was opened
      const auto join = join_frame(options_.protocol, push_kind::echo, c.index + (step + 1) * all);
      if (!load_.send(c, join)) fail("a connection cannot send");
      return;
    }
    const unsigned pushes = step - (rooms - 1);
    if (pushes < rooms * options_.rounds) return push(c, c.index + pushes % rooms * all);
    for (unsigned i = 0; i < rooms; ++i) pushed_at_ns_[c.index + i * all] = 0;
    ++ready_;
  }

  /// The pushes that are answered when the rooms have a new owner.
  void push_first() {
    for (unsigned room = options_.steady; room < options_.rooms; ++room) {
      if (!owners_.is_taken(room)) continue;
      push(load_.connections()[room % options_.connections], room);
      ++outstanding_;
    }
  }

  void step() {
    const auto now = now_ns();
    for (unsigned room = 0; room < options_.steady; ++room) {
      if (pushed_at_ns_[room] != 0 || now < steady_due_ns_[room]) continue;
      steady_due_ns_[room] = now + steady_ns;
      push(load_.connections()[room % options_.connections], room);
    }
    poll([&](connection&, unsigned room) {
      if (pushed_at_ns_[room] == 0) return;
      const auto at = now_ns();
      if (is_steady(room)) {
        steady_.push_back({room, at - pushed_at_ns_[room]});
      } else {
        first_.record(at - noticed_at_ns_);
        --outstanding_;
      }
      pushed_at_ns_[room] = 0;
    });
  }

  double p99_ms_of_others(const std::vector<sample>& from) const {
    histogram out;
    for (const auto& each : from) {
      if (!owners_.is_taken(each.room)) out.record(each.took_ns);
    }
    return static_cast<double>(out.quantile(0.99)) / 1e6;
  }

  const options& options_;
  client& load_;
  room_owners owners_;
  std::vector<std::int64_t> pushed_at_ns_;  // by room; 0: no push is outstanding
  std::vector<unsigned> steps_;             // of the set-up, by connection
  unsigned ready_ = 0;                      // connections that are set up
  unsigned refused_ = 0;                    // messages of the set-up
  std::vector<std::int64_t> steady_due_ns_;
  std::vector<sample> steady_;
  std::vector<sample> before_;
  unsigned outstanding_ = 0;  // first pushes
  histogram first_;
  std::int64_t steady_since_ns_ = 0;
  std::int64_t killed_at_ns_ = 0;
  std::int64_t noticed_at_ns_ = 0;
  std::string why_;
};

}  // namespace

void run_kill(const options& given, figures& to) {
  options options = given;
  options.block_ms = 1;  // steady pushes are due at times
  options.connections = std::min(options.connections, options.rooms);
  options.steady = std::min(options.steady, options.rooms);
  if (options.kill_pid == 0) return to.fail("kill needs --kill-pid");
  client load(options, push_kind::echo);
  if (const std::string why = load.ramp(options.connections, options.connections); !why.empty()) {
    return to.fail(why);
  }
  killed_node node(options, load);
  std::string why = node.set_up();
  const auto seconds = options.warmup + options.seconds;
  const auto until_ns = now_ns() + static_cast<std::int64_t>(seconds * second_ns);
  if (why.empty()) why = node.push_steadily(until_ns);
  if (why.empty()) why = node.kill_owner();
  if (!why.empty()) return to.fail(why);
  node.report(to);
}

}  // namespace roost::bench
