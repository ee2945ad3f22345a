// SPDX-License-Identifier: Apache-2.0
// Decides what a connection does with each client message (docs/protocol.md). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "actors/messages/channel_serial.hpp"
#include "actors/messages/edge_request.hpp"
#include "actors/rules/authorizer.hpp"
#include "config/schema/settings.hpp"
#include "net/protocol/codec.hpp"

namespace roost::actors {

/// The action for one message.
struct message_result {
  enum class action_kind : std::uint8_t {
    drop,     ///< ignore it without a reply: its join_ref is stale
    answer,   ///< reply at once; no channel is affected
    forward,  ///< send `request` to the edge of the topic; the channel exists
    open,     ///< create the channel, then forward
    wait,     ///< decide it again when the authorizer has answered `question`
  };
  action_kind action = action_kind::drop;
  errc why = errc::none;  ///< answer: the error; none: ok {}
  net::ref join_ref;      ///< answer: the join_ref of the reply
  edge_request request;
  std::uint64_t question = 0;  ///< wait: see authorization::pending
};

/// The facts about a channel that the rules need.
struct channel_facts {
  net::ref join_ref;
  channel_serial serial = 0;
  bool is_leaving = false;
  net::ref join_reference = {};  ///< ref of its join; some clients use it as join_ref
};

/// The rights of a connection that follow from its token, and the authorizer for the others.
struct access_result {
  actors::principal principal = nullptr;     ///< null: anonymous
  bool awaits_token = false;                 ///< a valid token is required and has not come yet
  errc token = errc::none;                   ///< result of checking the token in this message
  actors::authorizer* authorizer = nullptr;  ///< not null
  connection_id connection = {};
  bool may_wait = false;            ///< whether the message may wait for an answer
  std::optional<errc> answer = {};  ///< the late answer about this message; none: ask
};

/// The token in a message, to be verified before decide(); none: the message has no token. Fails
/// with invalid_payload if a token is required but missing, or if it is not a string.
std::optional<result<std::string>> token_in(const net::inbound& in,
                                            const std::optional<channel_facts>& found);

/// Decides about one client message. `found`: the channel of its topic, if any. `channels`: how
/// many channels of the connection count against the limit. An accepted join gets `next_serial`.
message_result decide(const net::inbound& in, const std::optional<channel_facts>& found,
                      std::size_t channels, channel_serial next_serial, net::wire_format format,
                      const settings& config, const access_result& access);

}  // namespace roost::actors
