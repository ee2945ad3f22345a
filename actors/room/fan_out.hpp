// Writes the frames of topics into the outboxes of one loop's members.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <vector>

#include "actors/messages.hpp"
#include "actors/node_context.hpp"
#include "actors/pinned.hpp"
#include "actors/room/page_dispatcher.hpp"
#include "actors/room/roster.hpp"

namespace roost::actors {

/// The only writer of topics' frames on its loop.
/// Owns: one roster of members for each edge, and the positions of the members that catch up. No
/// frame waits here: all pending bytes of a member are in its outbox. Runs on: its loop.
/// Ends: at end_now.
class fan_out final : public pinned {
 public:
  fan_out(caf::actor_config& cfg, node_context& node)
      : pinned(cfg), node_(node), pages_([this](const page_wanted& what) { ask_edge(what); }) {}
  caf::behavior make_behavior() override;
  const char* name() const override { return "fan_out"; }

 private:
  struct room {
    topic where;
    roster members;
  };

  void deliver(delivery& what);
  void broadcast(const delivery& what);
  void write(const delivery& what, direct& each);
  void leave(const delivery& what, const direct& each, net::session* link);
  void writable(connection_id who);
  void give(net::session& link, const net::frame_ptr& frame, net::message_class is);
  template <class Word>
  void tell_connection(connection_id who, Word what);
  void ask_edge(const page_wanted& what);
  std::size_t outbox_bytes_max() const { return node_.config->limits.outbox_bytes_max; }

  node_context& node_;
  boost::unordered_flat_map<std::uint64_t, room> rooms_;  // by the edge's incarnation
  page_dispatcher pages_;
};

}  // namespace roost::actors
