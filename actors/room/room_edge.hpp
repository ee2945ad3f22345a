// This node's side of one topic: which channels are here, what they wait for, what they get. Pure.
#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <vector>

#include "actors/messages.hpp"
#include "cluster/envelope.hpp"
#include "net/protocol/codec.hpp"

namespace roost::actors {

/// What a room_edge wants done; the actor around it sends it and clears it.
struct edge_effects {
  std::vector<cluster::command> commands;
  std::vector<direct> directs;  ///< in order; grouped by loop on their way
  bool has_broadcast = false;   ///< after the directs
  std::array<net::frame_ptr, net::wire_format::count> frames;
  connection_id except;
  std::uint32_t joins_ok = 0;
  std::uint32_t joins_refused = 0;
  std::vector<errc> pushes_refused;
  void clear();
};

/// Owns: the channels of one topic on this node and what they asked and is not answered yet.
/// Runs on: whoever calls it (one thread). Ends: with its actor.
///
/// Order by construction: every request becomes an entry of one queue, commands are numbered in
/// that order, the owner answers in that order, and an answer that needs no owner waits behind the
/// entries before it. So a member gets its answers in the order of its requests, and its own reply
/// before its own broadcast.
class room_edge {
 public:
  room_edge(topic where, cluster::edge_id self) : where_(std::move(where)), self_(self) {}

  void request(edge_request what, edge_effects& out);
  void event(const cluster::event& what, edge_effects& out);

  std::size_t channels() const { return channels_.size(); }
  std::size_t waiting() const { return waiting_.size(); }
  /// Members that get broadcasts, by loop.
  const std::vector<std::uint32_t>& attached_by_loop() const { return attached_by_loop_; }
  cluster::edge_id self() const { return self_; }
  const topic& where() const { return where_; }

 private:
  struct channel {
    channel_serial serial = 0;
    net::wire_format format;
    bool is_attached = false;
    bool is_leaving = false;
    net::ref join_ref;
  };
  /// A request that is not answered yet.
  struct entry {
    edge_request asked;        ///< without event and payload
    std::uint64_t number = 0;  ///< of its command; 0: needs no owner
    bool closes_old = false;   ///< the answer closes the channel that it replaces or leaves
    net::ref old_join_ref = {};
  };

  void ask(cluster::command::kind what, entry about, edge_effects& out);
  void join(edge_request asked, edge_effects& out);
  void leave(edge_request asked, edge_effects& out);
  void gone(const edge_request& asked, edge_effects& out);
  void owner_answered(const cluster::event& what, edge_effects& out);
  void answer_join(const entry& to, const cluster::event& what, edge_effects& out);
  void answer_leave(const entry& to, edge_effects& out);
  void answer_push(const entry& to, const cluster::event& what, edge_effects& out);
  void answer_what_needs_no_owner(edge_effects& out);
  void broadcast(const cluster::event& what, edge_effects& out);
  void lost_events(edge_effects& out);
  void crash(edge_effects& out);
  void fail(channel& what, connection_id member, edge_effects& out);
  void stop(channel& what, connection_id member, edge_effects& out);
  void detach(channel& from, connection_id member);
  direct reply(const entry& to, net::reply_status status, std::string_view response) const;

  topic where_;
  cluster::edge_id self_;
  std::uint64_t next_number_ = 1;  // of the next command
  std::deque<entry> waiting_;      // in the order asked, which is the order of the answers
  boost::unordered_flat_map<std::uint64_t, channel> channels_;  // by connection id
  std::array<std::uint32_t, net::wire_format::count> attached_by_format_{};
  std::vector<std::uint32_t> attached_by_loop_;
  std::string epoch_text_;
  offset seen_;
};

}  // namespace roost::actors
