// The written forms that some texts among the settings must have.
#pragma once

#include <string>
#include <string_view>

namespace roost::forms {

// Each returns what the value must be, or nothing where it is that.
std::string_view node_name(std::string_view value);
std::string_view host(std::string_view value);
/// A name or an address in a URL: no scheme, no port; IPv6 with or without brackets.
std::string_view host_name(std::string_view value);
std::string_view mount_path(std::string_view value);
std::string_view origin_entry(std::string_view value);
std::string_view subprotocol(std::string_view value);
std::string_view topic_pattern(std::string_view value);
/// The name of an event that clients may push: not one of the protocol's.
std::string_view event_name(std::string_view value);
/// A key of payloads, or a path; empty: none.
std::string_view field_name(std::string_view value);

/// Events that a rule may let clients push: a name, also presence_update and mark_read, or a
/// pattern with a * at its end.
std::string_view event_pattern(std::string_view value);
/// http or https, without a user's name; empty: none.
std::string_view web_address(std::string_view value);
/// Empty: none.
std::string_view cookie_name(std::string_view value);
/// What can stand behind "Authorization: Bearer"; empty: none.
std::string_view bearer_token(std::string_view value);
/// A network: 10.0.0.0/8, fd00::/8, or one address.
std::string_view network(std::string_view value);

}  // namespace roost::forms
