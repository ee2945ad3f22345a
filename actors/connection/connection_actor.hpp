// SPDX-License-Identifier: Apache-2.0
// The actor of one client connection.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "actors/connection/channel_table.hpp"
#include "actors/connection/connection_dependencies.hpp"
#include "actors/connection/connection_rules.hpp"
#include "actors/connection/deferred_messages.hpp"
#include "actors/connection/rate_gate.hpp"
#include "actors/connection/token_expiry.hpp"
#include "actors/messages/connection_messages.hpp"
#include "actors/runtime/pinned_actor.hpp"
#include "net/loop/timer_wheel.hpp"
#include "net/transport/session.hpp"

namespace roost::actors {

/// Decodes the messages of one client, applies rates and rules, and sends requests to the edges of
/// its topics. Owns: its channels and the client's identity. Runs on: the loop of its socket.
/// Ends: at client_closed or end_now, after it has sent `gone` to the edges of its channels.
class connection_actor final : public pinned_actor {
 public:
  connection_actor(caf::actor_config& cfg, const connection_dependencies& shared,
                   net::session& session, const net::connect_info& info);
  caf::behavior make_behavior() override;
  void on_exit() override;
  const char* name() const override { return "connection"; }

 private:
  /// The client's identity and when it expires. Exists only if the client has or needs a token.
  struct connection_identity final : net::timer_node {
    explicit connection_identity(connection_actor& of) : owner(of) {}
    void expired() override { owner.token_due(); }
    connection_actor& owner;
    token_expiry expiry;
    std::shared_ptr<const net::auth::token_claims> claims;  ///< null: no token yet
  };

  using channel = channel_table<caf::actor>::channel;
  /// How decide_now() treats a message.
  struct decision_options {
    bool is_new = true;  ///< false: its token was checked before it had to wait
    bool may_wait = true;
    std::optional<errc> answer = {};  ///< the late answer
  };

  void take(const client_data& frame);
  void decode(const client_data& frame);
  void take_all(std::vector<net::inbound>& frame, std::uint32_t bytes_in);
  bool is_within_rates(const net::message& message, bool has_channel);
  void count_refusal();
  void malformed(const error& why, std::uint32_t bytes_in);
  void dropped(const net::message& message);
  void reply(const message_result& result, const net::message& message);
  void refused(errc why, const net::message& message);
  void count_refusal(const request_refused& refusal);
  void log_refusal(errc why, std::string_view topic_name, std::string_view event_name);
  void notify(std::string_view event, const std::string& body);
  void drain(std::uint32_t reconnect_after_ms);
  connection_summary describe() const;
  void close_for(errc why);
  void log_end(std::uint16_t code) const;
  void closed();

  // decisions (connection_actor_decisions.cpp)
  void take(net::inbound& in, std::uint32_t bytes_in);
  std::uint64_t decide_now(const net::inbound& in, std::uint32_t bytes_in, const channel* found,
                           decision_options how);
  void carry_out(message_result result, const net::message& message, std::uint32_t bytes_in);
  const channel* channel_of(const net::message& message) {
    return message.topic_is_string ? channels_.find(message.topic) : nullptr;
  }
  void ended(const channel_ended& closed);
  void answered(const authorization_answer& answer);
  void resume_topic(const std::string& topic_name, std::optional<errc> answer = {});
  void apply_renewal();

  // identity (connection_actor_token.cpp)
  void start_token(std::shared_ptr<const net::auth::token_claims> claims);
  errc check_token(const net::inbound& in, const std::optional<channel_facts>& found);
  errc adopt(std::string_view token);
  void end_lost_channels();
  void token_due();
  void arm_token();
  void tokens_were_revoked();
  void end_for_token(errc why);
  void forget_user();
  connection_identity& own_identity();
  actors::principal principal() const { return identity_ ? identity_->claims.get() : nullptr; }
  std::string_view user() const { return principal() ? std::string_view{principal()->user} : ""; }

  const connection_dependencies& shared_;
  net::session_ptr session_;
  std::unique_ptr<rate_gate> gate_;  // null until a rate limit counts a message
  channel_table<caf::actor> channels_;
  std::unique_ptr<deferred_messages> deferred_;  // null while no message waits
  std::uint32_t malformed_ = 0;
  net::wire_format format_;
  token_use tokens_;
  errc ended_for_ = errc::none;  ///< why the server closed the connection; none: it did not
  bool is_renewed_ = false;      ///< the current message brought a valid token
  std::uint32_t since_s_;        // Unix time, until 2106; for the API
  std::unique_ptr<connection_identity> identity_;
};

}  // namespace roost::actors
