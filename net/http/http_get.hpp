// A small client for health checks.
#pragma once

#include <chrono>
#include <string_view>

#include "config/base/error.hpp"

namespace roost::net::http {

/// The status of GET `url` ("http://host:port/path"). Blocks, at most `timeout`. Fails with
/// bad_request for another kind of url and with unavailable where no answer came; the detail
/// continues a sentence about the url.
result<int> http_get_status(std::string_view url,
                            std::chrono::milliseconds timeout = std::chrono::seconds{5});

}  // namespace roost::net::http
