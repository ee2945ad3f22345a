// SPDX-License-Identifier: Apache-2.0
// Lets the calls of the API for other nodes wait, so that they do not fill the links. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "actors/runtime/fifo.hpp"
#include "config/base/clock.hpp"
#include "config/base/ids.hpp"

namespace roost::actors {

/// A window of unanswered calls for each owner. Calls wait in the order in which they came.
/// Owns: the request ids of the calls. Runs on: the API's loop. Ends: with the API actor.
class api_pacer {
 public:
  /// Bytes of the unanswered calls of one owner and of their answers: half of the default of
  /// cluster.link_queue_bytes_max, above which a link breaks. A larger call goes alone.
  static constexpr std::size_t bytes_max = 4'000'000;

  /// `owner`: 0 if nobody owns the topic now. `bytes`: at most, of the call and its answer.
  void add(std::uint64_t request_id, node_id owner, std::size_t bytes, time_point now);
  /// The calls to send now, in order.
  std::vector<std::uint64_t> take_next();
  /// The call has an answer, or was dropped. Calls that were not added are ignored.
  void end(std::uint64_t request_id);
  /// Removes and returns the calls that have waited since `until` or before.
  std::vector<std::uint64_t> take_old(time_point until);

 private:
  struct call {
    node_id owner;
    std::size_t bytes = 0;
    time_point since;
    bool is_sent = false;
  };
  struct window {
    std::size_t bytes = 0;
    fifo<std::uint64_t> waiting;  // some may have ended
  };
  bool has_ended(std::uint64_t request_id) const { return !calls_.contains(request_id); }

  std::unordered_map<std::uint64_t, call> calls_;
  std::map<node_id, window> windows_;  // those with calls
};

}  // namespace roost::actors
