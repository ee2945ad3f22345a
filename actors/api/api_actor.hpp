// SPDX-License-Identifier: Apache-2.0
// The actor that executes the requests of the server API.
#pragma once

#include <cstdint>
#include <vector>

#include "actors/api/api_dependencies.hpp"
#include "actors/api/api_edge_cache.hpp"
#include "actors/api/api_pacer.hpp"
#include "actors/api/api_tasks.hpp"
#include "actors/messages/api_call.hpp"
#include "actors/messages/edge_request.hpp"
#include "actors/runtime/pinned_actor.hpp"
#include "net/http/admin_api/api_handler.hpp"

namespace roost::actors {

/// From the admin port: one API request and the callback for its response.
struct api_submission {
  net::http::api_request request;
  net::loop* caller = nullptr;
  net::http::api_handler::completion done;
};

/// From a loop: the rooms on it, in response to list_rooms().
struct rooms_listed {
  std::uint64_t task = 0;
  std::vector<room_summary> rooms;
};

/// To itself: expire old requests and calls, and release unused edges.
struct api_sweep {};

/// Executes API requests. Requests about a topic go through this node's edge of the topic, like the
/// requests of members, so a publish is ordered with the members' pushes, and the topic's owner
/// answers, wherever it is.
/// Owns: the unanswered requests and the edges that they use. Runs on: loop 0, like the admin port.
/// Ends: end_now.
class api_actor final : public pinned_actor {
 public:
  /// Requests older than this are dropped; their HTTP sessions have timed out already.
  static constexpr std::chrono::seconds answer_timeout{30};
  static constexpr std::chrono::seconds sweep_every{1};
  /// A call that waits longer for its turn is refused with "unavailable".
  static constexpr std::chrono::seconds turn_timeout{5};
  /// How many connections of one user are sent a connection_query.
  static constexpr std::size_t connections_max = 1'000;

  api_actor(caf::actor_config& cfg, const api_dependencies& shared);
  caf::behavior make_behavior() override;
  const char* name() const override { return "api"; }

 private:
  void take(api_submission& submission);
  void take(api_reply& reply);
  void take(rooms_listed& listed);
  void start(std::uint64_t number, api_task& task);
  void send_to_edges(std::uint64_t number, api_task& task);
  void send(std::uint64_t request_id);
  void send_next();
  edge_request edge_request_of(const api_task& task, std::uint64_t request_id) const;
  void list_rooms(std::uint64_t number, api_task& task);
  void query_connections(std::uint64_t number, api_task& task);
  void disconnect(api_task& task);
  void revoke(api_task& task);
  void finish_if_done(std::uint64_t number);
  result<std::string> result_of(api_task& task) const;
  result<std::string> text_of(const api_task& task, const api_reply& reply) const;
  result<std::string> room_text(const api_reply& reply) const;
  void drop_calls(time_point now);
  void arm();
  void sweep();
  void end();

  const api_dependencies& shared_;
  api_tasks tasks_;
  api_edge_cache edges_;
  api_pacer pacer_;
  bool is_armed_ = false;
};

}  // namespace roost::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::api_submission)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::rooms_listed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::api_sweep)
