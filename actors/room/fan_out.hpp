// The one writer: puts frames of topics into the outboxes of one loop's members.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <vector>

#include "actors/messages.hpp"
#include "actors/node_context.hpp"
#include "actors/pinned.hpp"
#include "actors/room/backlog.hpp"
#include "actors/room/roster.hpp"

namespace roost::actors {

/// Owns: the rosters of its loop's members, one an edge, and what waits for their outboxes.
/// Runs on: its loop. Ends: end_now.
class fan_out final : public pinned {
 public:
  fan_out(caf::actor_config& cfg, node_context& node) : pinned(cfg), node_(node) {}
  caf::behavior make_behavior() override;
  const char* name() const override { return "fan_out"; }

 private:
  using backlogs = std::vector<backlog>;  // of one connection: few

  void deliver(delivery& what);
  void write(const delivery& what, direct& each);
  void page(const delivery& what, direct& each, net::session& link);
  void leave(const delivery& what, const direct& each);
  bool late(const page_written& whose, net::session& link, const net::frame_ptr& frame,
            bool is_paged);
  void writable(connection_id who);
  void give(net::session& link, const net::frame_ptr& frame, net::message_class is);
  template <class Word>
  void tell_connection(connection_id who, Word what);
  void tell_edge(const topic& where, page_written what);
  backlog* find(std::uint64_t roster, connection_id who);

  node_context& node_;
  std::uint64_t deliveries_ = 0;
  boost::unordered_flat_map<std::uint64_t, roster> rosters_;
  boost::unordered_flat_map<std::uint64_t, backlogs> backlogs_;  // by connection id
};

}  // namespace roost::actors
