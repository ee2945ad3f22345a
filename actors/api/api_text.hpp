// What the API answers, as JSON. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "actors/messages.hpp"
#include "actors/room/room_table.hpp"
#include "config/base/error.hpp"
#include "net/auth/revocations.hpp"

namespace roost::actors::api_text {

/// {"epoch","offset"}, or {} of an ephemeral event.
std::string place(const errand_done& what);
/// One of a broadcast's results: the topic, and the members of `done` or why not.
std::string broadcast_line(const topic& where, const result<std::string>& done);
/// {"results": [...]}
std::string broadcast(const std::vector<topic>& where,
                      const std::vector<result<std::string>>& done);

std::string room(const room_line& what, std::string_view owner);
/// A page of at most `limit`; `next` is its last topic where there are more.
std::string rooms(const std::vector<room_line>& sorted, std::size_t limit, std::string_view owner);
/// {"epoch","offset","events","more"}, and "recovered" where a place was asked for.
std::string history(const cluster::event& seen);

std::string link(const link_facts& what);
/// `total`: of the node; `links`: those that were asked and have answered.
std::string user(std::string_view user, std::size_t total, const std::vector<std::string>& links);

/// {"until"}, and of a user "before": its tokens of that second and later are good.
std::string revoked(const net::auth::revocation& order);

}  // namespace roost::actors::api_text
