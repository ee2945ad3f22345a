// SPDX-License-Identifier: Apache-2.0
// Event names and topics that the protocol reserves. Pure.
#pragma once

#include <string_view>

namespace roost {

/// Events that clients may not push, the API may not publish, and rules may not name: those that
/// begin with phx_, presence_ or chan_reply_ (the official clients use such names internally for
/// replies), and the events of the server. Ignores case, because some clients compare in lower
/// case.
bool is_reserved_event(std::string_view event);

/// The reserved events that a client may push if a rule allows it: presence_update and mark_read,
/// which are messages to the server. Case-sensitive.
bool is_member_event(std::string_view event);

/// Topics that are not rooms: "phoenix", for messages to the server itself, and all that begin
/// with $.
bool is_reserved_topic(std::string_view topic_name);

}  // namespace roost
