// The actor of one client link.
#pragma once

#include <cstdint>

#include "actors/connection/channels.hpp"
#include "actors/messages.hpp"
#include "actors/node_context.hpp"
#include "actors/pinned.hpp"
#include "net/transport/session.hpp"

namespace roost::actors {

/// Decodes what a client says and passes it to the edges of its topics. Owns: its channels.
/// Runs on: the loop that owns its socket. Ends: client_closed, after its edges were told.
class connection final : public pinned {
 public:
  connection(caf::actor_config& cfg, node_context& node, net::session& link,
             net::wire_format format);
  caf::behavior make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "connection"; }

 private:
  void take(const client_data& what);
  void take(const net::inbound& in, std::uint32_t bytes_in);
  void carry_out(decision what, const net::message& said, std::uint32_t bytes_in);
  void malformed(errc why, std::uint32_t bytes_in);
  void reply(const decision& what, const net::message& said);
  link_facts describe() const;
  void closed();

  node_context& node_;
  net::session_ptr link_;
  channel_table<caf::actor> channels_;
  channel_serial last_serial_ = 0;
  std::uint32_t malformed_ = 0;
  net::wire_format format_;
  std::int64_t since_s_;  // Unix time, for the API
};

}  // namespace roost::actors
