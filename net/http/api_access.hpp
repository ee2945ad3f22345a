// Who may use the server API. Pure: facts of a request in, a verdict out.
#pragma once

#include <optional>
#include <string_view>

#include "config/base/error.hpp"
#include "net/http/own_hosts.hpp"

namespace roost::net::http {

/// What a request says of its sender; nothing where the header is not there.
struct api_caller {
  bool is_local_peer = false;  ///< its socket's other end is on loopback
  bool is_change = false;
  bool was_forwarded = false;                 ///< a proxy says that it speaks for somebody else
  std::optional<std::string_view> host = {};  ///< nothing also where there are several
  std::optional<std::string_view> origin = {};
  std::optional<std::string_view> content_type = {};
  std::optional<std::string_view> authorization = {};
  std::optional<std::string_view> fetch_site = {};  ///< Sec-Fetch-Site
};

/// With `key`: whoever knows it. Without one: programs on this machine, and pages of the admin port
/// itself. Fails with unauthenticated or forbidden.
///
/// A Host that is not of this machine is what a page says whose name was made to point here (DNS
/// rebinding); a content type that forms cannot have makes browsers ask first.
result<void> check_api_access(const api_caller& who, std::string_view key);

/// Whether a request may read an admin page that needs no key: it carries the key all the same, or
/// names a Host that `own` knows and comes from no page of another site. Without Host it is not a
/// browser's. Fails with forbidden.
result<void> check_page_access(const api_caller& who, std::string_view key, const own_hosts& own);

}  // namespace roost::net::http
