// SPDX-License-Identifier: Apache-2.0
// The presence and receipt key of a member, also of one without a user.
#pragma once

#include <string>

#include "cluster/command_id.hpp"

namespace roost::actors {

/// The key of a member without a user: a tilde and text that is unique to this connection among all
/// nodes.
std::string anonymous_name(const cluster::member_id& member);
/// The key of a member: its user, or its anonymous name.
std::string name_of_sender(const cluster::member_id& sender, const std::string& user);

}  // namespace roost::actors
