// SPDX-License-Identifier: Apache-2.0
// The presence and receipt key of a member, also of one without a user.
#pragma once

#include <string>

#include "cluster/envelope.hpp"

namespace roost::actors {

/// The key of a member without a user: a tilde and text that is unique to this connection among all
/// nodes.
std::string anonymous_name(const cluster::member_id& member);
/// The key of the sender of this command: its user, or its anonymous name.
std::string name_of_sender(const cluster::command& command);

}  // namespace roost::actors
