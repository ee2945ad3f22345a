// SPDX-License-Identifier: Apache-2.0
// Check of http and https URLs. Pure.
#pragma once

#include <string_view>

namespace roost::net::http {

/// Whether a request can be sent to `text`. False for other schemes, user info, fragments, an
/// invalid host or port, and bytes that are not printable ASCII.
bool is_http_url(std::string_view text);

}  // namespace roost::net::http
