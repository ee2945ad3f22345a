// SPDX-License-Identifier: Apache-2.0
// Validators for the format of text settings such as host names and topic patterns.
#pragma once

#include <string>
#include <string_view>

namespace roost::value_formats {

// Each returns empty if the value is valid, else a rule such as "must begin with /".
std::string_view node_name(std::string_view value);
std::string_view host(std::string_view value);
/// A host name or address without scheme and port; IPv6 with or without brackets.
std::string_view host_name(std::string_view value);
std::string_view mount_path(std::string_view value);
std::string_view origin_entry(std::string_view value);
std::string_view subprotocol(std::string_view value);
std::string_view topic_pattern(std::string_view value);
/// The name of an event that clients may push; event names of the protocol are refused.
std::string_view event_name(std::string_view value);
/// A key of payloads, or a path. May be empty.
std::string_view field_name(std::string_view value);

/// Events in a push rule: an event name (also presence_update and mark_read), or a prefix with a
/// trailing *.
std::string_view event_pattern(std::string_view value);
/// A URL with http or https, without user name and password. May be empty.
std::string_view web_address(std::string_view value);
/// nats://host:port or tls://host:port, without user name and password; the port may be absent.
std::string_view nats_address(std::string_view value);
/// The public NKey of a user of NATS: U and 55 letters and digits of base32. May be empty.
std::string_view nkey(std::string_view value);
/// May be empty.
std::string_view cookie_name(std::string_view value);
/// A token that can follow "Authorization: Bearer". May be empty.
std::string_view bearer_token(std::string_view value);
/// A network such as 10.0.0.0/8 or fd00::/8, or one address.
std::string_view network(std::string_view value);

}  // namespace roost::value_formats
