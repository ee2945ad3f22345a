// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>

#include "bench/load/load_client.hpp"
#include "bench/load/measured_window.hpp"
#include "bench/load/scenarios.hpp"

namespace roost::bench {
namespace {

constexpr std::int64_t stalled_ns_max = 20 * second_ns;
constexpr std::size_t window_max = 64;

/// Tracks the messages in flight: how many members have not received each of them yet.
/// Owns: the counts. Runs on: the client's thread. Ends: with the scenario.
class outstanding {
 public:
  explicit outstanding(unsigned members) : members_(members) {}

  void sent() { waiting_for_[sent_++ % window_max] = members_; }
  /// Deliveries are in order, so a member's n-th delivery is message n.
  void delivered(connection& c) {
    if (--waiting_for_[c.delivered++ % window_max] == 0) ++completed_;
  }
  std::uint64_t sent_count() const { return sent_; }
  std::uint64_t completed() const { return completed_; }

 private:
  unsigned members_;
  std::array<unsigned, window_max> waiting_for_{};
  std::uint64_t sent_ = 0;
  std::uint64_t completed_ = 0;
};

/// Sends pushes in one write until the window is full. False: the socket accepts nothing.
bool refill(client& load, push_frame& push, outstanding& messages, unsigned window) {
  std::string batch;
  while (messages.sent_count() - messages.completed() < window) {
    batch.append(push.stamped(messages.sent_count(), 0));
    messages.sent();
  }
  return batch.empty() || load.send(load.connections().front(), batch);
}

}  // namespace

void run_broadcast(const options& options, figures& to) {
  client load(options, push_kind::broadcast);
  if (const std::string why = load.ramp(options.connections, 1); !why.empty()) return to.fail(why);
  load.counts() = {};
  outstanding messages(options.connections);
  push_frame push(options.protocol, push_kind::broadcast, 0);
  measured_window window(options);
  std::uint64_t completed_before = 0;
  std::int64_t progress_ns = now_ns();
  for (std::int64_t now = progress_ns; window.goes_on(load, now); now = now_ns()) {
    if (!refill(load, push, messages, options.window)) return to.fail("the sender cannot send");
    load.poll_once([&](connection& c, const server_frame& f) {
      if (f.is_delivery()) messages.delivered(c);
    });
    if (messages.completed() != completed_before) progress_ns = now;
    completed_before = messages.completed();
    if (now - progress_ns > stalled_ns_max) return to.fail("a message did not reach everybody");
  }
  window.close(load, to);
}

}  // namespace roost::bench
