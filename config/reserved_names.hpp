// Names that clients and the server use between themselves, on the wire or inside.
#pragma once

#include <string_view>

namespace roost {

/// Events that nobody may push, publish or name in a rule: what begins with phx_, presence_ or
/// chan_reply_ (the official clients deliver answers to their own pushes under such names), and the
/// server's own. In any letter case, as some clients compare names in lower case.
bool is_reserved_event(std::string_view event);

/// Of those, what a client pushes to the server itself, in just this letter case: presence_update
/// and mark_read, which a rule may allow or not.
bool is_member_event(std::string_view event);

/// Topics that are no room: phoenix, on which a client speaks to the server itself, and what begins
/// with $.
bool is_reserved_topic(std::string_view topic_name);

}  // namespace roost
