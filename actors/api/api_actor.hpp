// The actor that carries the server API's requests out.
#pragma once

#include <cstdint>
#include <vector>

#include "actors/api/api_jobs.hpp"
#include "actors/api/held_edges.hpp"
#include "actors/bus_inlet.hpp"
#include "actors/messages.hpp"
#include "actors/node_context.hpp"
#include "actors/pinned.hpp"
#include "net/http/api_handler.hpp"

namespace roost::actors {

/// From the admin port.
struct api_question {
  net::http::api_request asked;
  net::loop* asker = nullptr;
  net::http::api_handler::completion done;
};

/// From a loop: its rooms.
struct rooms_listed {
  std::uint64_t job = 0;
  std::vector<room_line> rooms;
};

/// To itself: look for what is over.
struct api_sweep {};

/// What it asks of a topic it asks of this node's edge, as members do: so a publish has its place
/// among the pushes, and both reach the owner over the bus.
/// Owns: the requests without an answer, the edges that they use. Runs on: loop 0, as the admin
/// port. Ends: end_now.
class api_actor final : public pinned {
 public:
  /// Sessions give up before; what is left then is forgotten.
  static constexpr std::chrono::seconds patience{30};
  static constexpr std::chrono::seconds sweep_every{5};
  /// Of one user that are asked what they are.
  static constexpr std::size_t links_max = 1'000;

  api_actor(caf::actor_config& cfg, node_context& node, const bus_inlet& inlet);
  caf::behavior make_behavior() override;
  const char* name() const override { return "api"; }

 private:
  void take(api_question& what);
  void take(errand_done& what);
  void take(rooms_listed& what);
  void start(std::uint64_t number, api_job& job);
  void ask_edges(std::uint64_t number, api_job& job);
  edge_request request_of(const api_job& job, std::uint64_t ticket) const;
  void list_rooms(std::uint64_t number, api_job& job);
  void ask_links(std::uint64_t number, api_job& job);
  void disconnect(api_job& job);
  void revoke(api_job& job);
  void finish_if_done(std::uint64_t number);
  result<std::string> result_of(api_job& job) const;
  result<std::string> text_of(const api_job& job, const errand_done& what) const;
  void arm();
  void sweep();
  void end();

  node_context& node_;
  const bus_inlet& inlet_;
  api_jobs jobs_;
  held_edges edges_;
  bool is_armed_ = false;
};

}  // namespace roost::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::api_question)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::rooms_listed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(roost::actors::api_sweep)
