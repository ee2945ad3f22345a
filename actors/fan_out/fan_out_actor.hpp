// SPDX-License-Identifier: Apache-2.0
// Writes the messages of topics into the outboxes of one loop's members.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <vector>

#include "actors/edge/edge_registry.hpp"
#include "actors/fan_out/connection_registry.hpp"
#include "actors/fan_out/page_dispatcher.hpp"
#include "actors/fan_out/subscribers.hpp"
#include "actors/messages/fan_out_batch.hpp"
#include "actors/runtime/fault_injection.hpp"
#include "actors/runtime/pinned_actor.hpp"
#include "config/load/settings_store.hpp"

namespace roost::actors {

/// The only writer of topics' messages on its loop.
/// Owns: the subscribers of each edge's topic, and the positions of the members that catch up.
/// No message waits here: all pending bytes of a member are in its outbox. Runs on: its loop. Ends:
/// at end_now.
class fan_out_actor final : public pinned_actor {
 public:
  fan_out_actor(caf::actor_config& cfg, const settings_store& config, edge_registry& edges,
                const connection_registry& connections, const fault_injection* faults = nullptr)
      : pinned_actor(cfg),
        config_(config),
        edges_(edges),
        connections_(connections),
        faults_(faults),
        pages_([this](const page_request& request) { forward_to_edge(request); }) {}
  caf::behavior make_behavior() override;
  const char* name() const override { return "fan_out"; }

 private:
  struct room {
    roost::topic topic;
    subscribers members;
  };

  void deliver(fan_out_batch& batch);
  void send_broadcasts(const fan_out_batch& batch);
  void write(const fan_out_batch& batch, unicast& each);
  void leave(const fan_out_batch& batch, const unicast& each, net::session* session);
  void drained(connection_id member);
  void send_message(net::session& session, const net::encoded_ptr& message,
                    net::message_class message_class);
  template <class Message>
  void send_to_connection(connection_id member, Message message);
  void forward_to_edge(const page_request& request);
  std::size_t outbox_bytes_max() const { return config_->limits.outbox_bytes_max; }

  const settings_store& config_;
  edge_registry& edges_;
  const connection_registry& connections_;
  const fault_injection* faults_;                         // tests only
  boost::unordered_flat_map<std::uint64_t, room> rooms_;  // by the edge's incarnation
  page_dispatcher pages_;
};

}  // namespace roost::actors
