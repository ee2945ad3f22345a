// SPDX-License-Identifier: Apache-2.0
// Minimal blocking HTTP client for health checks.
#pragma once

#include <chrono>
#include <string_view>

#include "config/base/error.hpp"

namespace roost::net::http {

/// Sends GET `url` ("http://host:port/path") and returns the status. Blocks; `timeout` bounds
/// everything except the name lookup. Fails with bad_request if `url` has another form and with
/// unavailable if no response came. The detail continues a sentence that begins with the URL.
result<int> http_get_status(std::string_view url,
                            std::chrono::milliseconds timeout = std::chrono::seconds{5});

}  // namespace roost::net::http
