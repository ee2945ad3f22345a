// SPDX-License-Identifier: Apache-2.0
// One request whose sender waits for the answer.
#pragma once

#include <string>

#include "net/http/client/http_exchange.hpp"

namespace roost::net::http {

/// Sends GET `url` and returns the answer, whatever its status is. Blocks for at most `timeout`.
/// Not on a loop. Fails with bad_request if `url` is not valid, and with unavailable and a reason
/// for people if no answer came.
result<http_client_response> http_get(const std::string& url, milliseconds timeout);

}  // namespace roost::net::http
