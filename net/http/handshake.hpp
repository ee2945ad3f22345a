// Whether a request becomes a WebSocket. Pure: a request and a mount in, a decision out.
#pragma once

#include <boost/beast/http/message.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/settings.hpp"
#include "net/http/answer.hpp"
#include "net/http/origin.hpp"
#include "net/http/request_framing.hpp"
#include "net/transport/session.hpp"

namespace roost::net::http {

/// A mount's rules, prepared. Each mount has its own; two never share a policy.
struct mount {
  std::size_t index = 0;       ///< in settings.sockets
  std::string websocket_path;  ///< "/socket/websocket"
  origin_policy origins;
  std::vector<std::string> subprotocols;
  token_use tokens = token_use::optional;
};

std::vector<mount> mounts_of(const settings& config);
/// The first mount whose path this is (a trailing slash is tolerated), or null.
const mount* find_mount(const std::vector<mount>& mounts, std::string_view path);

struct upgrade_accepted {
  connect_info info;  ///< without peer_address and identity
  std::string subprotocol;
  std::string key;  ///< Sec-WebSocket-Key
};
struct upgrade_refused {
  errc why;
  answer reply;
};

/// What a decision needs to know of the node.
struct upgrade_facts {
  own_hosts own;
  bool has_token_key = false;    ///< without one no mount looks at tokens
  std::string_view cookie = {};  ///< that may hold a token; empty: none
};

/// Phoenix's order of gates: method, query, origin, token, subprotocols, version, upgrade headers.
/// The token is that of the subprotocol, else of the query, of Authorization, or of the cookie;
/// whether it is good is another's to say. Where tokens are not looked at none is taken, and none
/// is a reason to refuse.
std::variant<upgrade_accepted, upgrade_refused> decide_upgrade(const request_head& request,
                                                               std::string_view query,
                                                               const mount& at,
                                                               const upgrade_facts& facts);

/// The 101 answer.
std::string switching_protocols(const upgrade_accepted& accepted);

}  // namespace roost::net::http
