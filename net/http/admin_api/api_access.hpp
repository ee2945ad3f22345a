// SPDX-License-Identifier: Apache-2.0
// Access checks for the server API and the admin pages. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "config/base/error.hpp"
#include "net/http/message/own_hosts.hpp"

namespace roost::net::http {

/// The parts of a request that decide about access; an absent header is nullopt.
struct api_caller {
  bool is_local_peer = false;  ///< the peer address is a loopback address
  bool is_change = false;
  bool was_forwarded = false;                 ///< has a Forwarded or X-Forwarded-For header
  std::optional<std::string_view> host = {};  ///< nullopt also if there are several
  std::optional<std::string_view> origin = {};
  std::optional<std::string_view> content_type = {};
  std::optional<std::string_view> authorization = {};
  std::optional<std::string_view> fetch_site = {};  ///< Sec-Fetch-Site
};

/// Access to the API. If `key` is set, the request must carry it as a bearer token. If it is empty,
/// only local programs and pages of the admin port itself have access. Fails with unauthenticated
/// or forbidden.
///
/// Without a key, a web page in a local browser must not reach the API. Host must be a loopback
/// host (against DNS rebinding), and Origin and Sec-Fetch-Site must not name another site. A change
/// must have the content type application/json, which HTML forms cannot send and for which browsers
/// first send a CORS preflight request.
result<void> check_api_access(const api_caller& caller, std::string_view key);

/// Access to an admin page that needs no key. Allows a request that carries the key, a request with
/// a Host in `own` and without an Origin of another site, and a request without Host, which no
/// browser sends. Fails with forbidden.
result<void> check_page_access(const api_caller& caller, std::string_view key,
                               const own_hosts& own);

}  // namespace roost::net::http
