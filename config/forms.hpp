// The written forms that some texts among the settings must have.
#pragma once

#include <string>
#include <string_view>

namespace roost::forms {

// Each returns what the value must be, or nothing where it is that.
std::string_view node_name(std::string_view value);
std::string_view host(std::string_view value);
std::string_view mount_path(std::string_view value);
std::string_view origin_entry(std::string_view value);
std::string_view subprotocol(std::string_view value);
std::string_view topic_pattern(std::string_view value);
/// The name of an event that clients may push: not one of the protocol's.
std::string_view event_name(std::string_view value);
/// A key of payloads, or a path; empty: none.
std::string_view field_name(std::string_view value);

}  // namespace roost::forms
