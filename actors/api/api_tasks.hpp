// SPDX-License-Identifier: Apache-2.0
// The pending requests of the API. Edges or connections answer each in parts. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/room/room_registry.hpp"
#include "config/base/clock.hpp"
#include "config/base/error.hpp"
#include "net/http/admin_api/api_handler.hpp"

namespace roost::actors {

/// One pending request.
struct api_task {
  /// Sets the number of parts; none has an answer yet.
  void expect(std::size_t count) {
    missing = count;
    replies.assign(count, errc::unavailable);
  }
  void answer(std::size_t index, result<std::string> text) {
    replies[index] = std::move(text);
    --missing;
  }

  net::http::api_request request;
  net::loop* caller = nullptr;
  net::http::api_handler::completion done;
  time_point since;
  std::size_t missing = 0;                        ///< parts without an answer
  std::vector<result<std::string>> replies = {};  ///< by index of the topic or connection
  std::vector<room_summary> rooms = {};
  std::size_t total = 0;  ///< route user: the user's connections on this node
};

/// The table of pending requests.
/// Owns: the requests. Runs on: the API's loop. Ends: with the API actor.
class api_tasks {
 public:
  static constexpr std::size_t tasks_max = 1'024;

  struct call_slot {
    std::uint64_t task = 0;
    std::size_t index = 0;
  };

  struct dropped_call {
    std::uint64_t request_id = 0;
    roost::topic topic;
  };

  /// Adds a request and returns its number, which starts at 1; nothing if tasks_max are pending.
  std::optional<std::uint64_t> open(api_task task);
  /// Null if the request has ended.
  api_task* find(std::uint64_t task);
  /// Registers a call of a request about topics and returns the call's request id, which its answer
  /// repeats. `slot.index` is also the index of the topic.
  std::uint64_t add_call(call_slot slot);
  /// Returns the call with this request id and removes it; nothing if it does not exist.
  std::optional<call_slot> take_call(std::uint64_t request_id);
  /// Null if the call does not exist.
  const call_slot* find_call(std::uint64_t request_id) const;
  /// Removes and returns the request if all its parts have answers.
  std::optional<api_task> take_if_done(std::uint64_t task);
  /// Drops requests from before `before`; their HTTP sessions have timed out. Returns their calls
  /// that had no answer yet.
  std::vector<dropped_call> drop_old(time_point before);

  bool empty() const { return tasks_.empty(); }
  std::size_t size() const { return tasks_.size(); }
  std::size_t open_calls() const { return calls_.size(); }

 private:
  std::unordered_map<std::uint64_t, api_task> tasks_;
  std::unordered_map<std::uint64_t, call_slot> calls_;
  std::uint64_t last_ = 0;
};

}  // namespace roost::actors
