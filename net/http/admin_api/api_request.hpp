// SPDX-License-Identifier: Apache-2.0
// Parses and validates HTTP requests to the server API. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "config/base/error.hpp"
#include "net/http/admin_api/api_handler.hpp"

namespace roost::net::http {

/// Whether the path is below /api/, even if no such route exists.
bool is_api_path(std::string_view path);
/// The route of `path`; nullopt if none has it.
std::optional<api_route> api_route_of(std::string_view path);

enum class api_method : std::uint8_t { get, post, other };  ///< HEAD counts as get

/// The HTTP method of a route.
inline api_method method_for(api_route route) {
  return is_change(route) ? api_method::post : api_method::get;
}

/// The unparsed parts of an HTTP request.
struct raw_api_request {
  api_method method = api_method::other;
  std::string_view query;
  std::string_view body;
  std::optional<std::string_view> idempotency_key;
};

/// Fails with method_refused, bad_request, name_too_long, invalid_payload or payload_too_large, and
/// a detail for people.
result<api_request> read_api_request(api_route route, const raw_api_request& call,
                                     std::uint32_t payload_bytes_max);

}  // namespace roost::net::http
