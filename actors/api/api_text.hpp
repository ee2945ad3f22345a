// SPDX-License-Identifier: Apache-2.0
// Builds the JSON responses of the API. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "actors/messages/api_call.hpp"
#include "actors/messages/connection_messages.hpp"
#include "actors/room/room_registry.hpp"
#include "config/base/error.hpp"
#include "net/auth/revocations.hpp"

namespace roost::actors::api_text {

/// {"epoch","offset"} of a published event, or {} if it was ephemeral.
std::string position(const api_reply& reply);
/// One result of a broadcast: an object with the topic and the fields of `answer`, or its error.
std::string broadcast_line(const topic& topic, const result<std::string>& answer);
/// {"results": [...]}
std::string broadcast(const std::vector<topic>& topics,
                      const std::vector<result<std::string>>& answers);

std::string room(const room_summary& summary, std::string_view owner);
/// A page of at most `limit` rooms of this node; "next" is its last topic, or null if there are no
/// more.
std::string rooms(const std::vector<room_summary>& sorted, std::size_t limit,
                  std::string_view node);
/// {"epoch","offset","events","more"}, and "recovered" if the request gave a position.
std::string history(const cluster::event& event, const cluster::events::snapshot& snapshot);

std::string connection(const connection_summary& summary);
/// `total`: the user's connections on this node; `connections`: those that described themselves.
std::string user(std::string_view user, std::size_t total,
                 const std::vector<std::string>& connections, std::string_view node);
/// {"connections","node"}
std::string disconnected(std::size_t connections, std::string_view node);

/// {"until"}; for a user also "before": tokens issued in that second or later are valid.
std::string revoked(const net::auth::revocation& revocation);

}  // namespace roost::actors::api_text
