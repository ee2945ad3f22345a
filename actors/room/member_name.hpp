// What a member without a user is called.
#pragma once

#include <string>

#include "cluster/envelope.hpp"

namespace roost::actors {

/// The key of presence and receipts for a member without a user: a tilde and text that no other
/// connection of any node has had.
std::string anonymous_name(const cluster::member_id& who);
/// The key of presence and receipts for who sent this command.
std::string name_of_sender(const cluster::command& what);

}  // namespace roost::actors
