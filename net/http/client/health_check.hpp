// SPDX-License-Identifier: Apache-2.0
// The request of `roost health`.
#pragma once

#include <chrono>
#include <string>

#include "config/base/clock.hpp"
#include "config/base/error.hpp"

namespace roost::net::http {

/// Sends GET `url` ("http://host:port/path") and returns the status. Blocks for at most `timeout`.
/// Fails with bad_request if `url` has another form and with unavailable if no response came. The
/// detail continues a sentence that begins with the URL.
result<int> health_status(const std::string& url, milliseconds timeout = std::chrono::seconds{5});

}  // namespace roost::net::http
