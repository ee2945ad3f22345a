// SPDX-License-Identifier: Apache-2.0
// Decides whether a request is upgraded to a WebSocket (RFC 6455 section 4.2). Pure.
#pragma once

#include <boost/beast/http/message.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/schema/settings.hpp"
#include "net/http/message/http_response.hpp"
#include "net/http/message/origin.hpp"
#include "net/http/message/request_framing.hpp"
#include "net/transport/session.hpp"

namespace roost::net::http {

/// The parsed settings of one mount.
struct mount {
  std::size_t index = 0;       ///< in settings.sockets
  std::string websocket_path;  ///< "/socket/websocket"
  origin_policy origins;
  std::vector<std::string> subprotocols;
  token_use tokens = token_use::optional;
};

std::vector<mount> mounts_of(const settings& config);
/// The first mount with this path, or null. One trailing slash is ignored.
const mount* find_mount(const std::vector<mount>& mounts, std::string_view path);

struct upgrade_accepted {
  connect_info info;  ///< without peer_address and identity
  std::string subprotocol;
  std::string key;  ///< Sec-WebSocket-Key
};
struct upgrade_refused {
  errc why;
  http_response reply;
};

/// State of the node that the decision depends on.
struct upgrade_facts {
  own_hosts own;
  bool has_token_key = false;    ///< if false, every mount ignores tokens
  std::string_view cookie = {};  ///< name of the cookie that may hold a token; empty: none
};

/// Checks in the order of Phoenix: method, query, origin, token, subprotocols, version, upgrade
/// headers. The token comes from the subprotocol, else the query, Authorization, or the cookie;
/// authenticate() verifies it later. If the mount ignores tokens, none is extracted and a malformed
/// one is no reason to refuse.
std::variant<upgrade_accepted, upgrade_refused> decide_upgrade(const request_head& request,
                                                               std::string_view query,
                                                               const mount& at,
                                                               const upgrade_facts& facts);

/// The 101 response.
std::string switching_protocols(const upgrade_accepted& accepted);

}  // namespace roost::net::http
