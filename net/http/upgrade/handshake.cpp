// SPDX-License-Identifier: Apache-2.0
#include "net/http/upgrade/handshake.hpp"

#include <algorithm>
#include <boost/beast/http/rfc7230.hpp>
#include <optional>

#include "config/base/base64.hpp"
#include "net/http/message/credentials.hpp"
#include "net/http/message/request_target.hpp"
#include "net/http/upgrade/protocol_version.hpp"
#include "net/http/upgrade/subprotocol.hpp"
#include "net/protocol/json/json_check.hpp"
#include "net/websocket/accept_key.hpp"

namespace roost::net::http {
namespace {

namespace beast_http = boost::beast::http;
using beast_http::field;

std::string_view plain(boost::beast::string_view text) { return {text.data(), text.size()}; }

upgrade_refused refuse(errc why) {
  if (why == errc::bad_token) return {why, token_error_response(why)};
  // Phoenix answers 400 here; pages and API answer 405.
  if (why == errc::method_refused) return {why, {400, {}, {}, "Allow: GET\r\n"}};
  return {why, {row_of(why).http_status, {}, {}, {}}};
}

std::optional<std::string_view> header(const request_head& request, field name) {
  const auto found = request.find(name);
  if (found == request.end()) return std::nullopt;
  return plain(found->value());
}

/// All lines of one header, joined by commas; nullopt if it is absent.
std::optional<std::string> joined(const request_head& request, field name) {
  const auto [first, last] = request.equal_range(name);
  if (first == last) return std::nullopt;
  std::string out;
  for (auto at = first; at != last; ++at) {
    if (at != first) out.append(", ");
    out.append(plain(at->value()));
  }
  return out;
}

bool lists(const request_head& request, field name, boost::beast::string_view wanted) {
  const auto [first, last] = request.equal_range(name);
  return std::any_of(first, last, [&](const auto& line) {
    return beast_http::token_list{line.value()}.exists(wanted);
  });
}

bool is_websocket_key(std::string_view key) {
  return key.size() == 24 && key.ends_with("==") && base64_decode(key).has_value();
}

/// Checks RFC 6455 section 4.2.1. Returns the message of Phoenix's adapter; empty if valid.
std::string_view upgrade_fault(const request_head& request) {
  if (request.version() != 11) return "HTTP version unsupported";
  if (!header(request, field::host)) return "'host' header is absent";
  if (!lists(request, field::connection, "upgrade")) {
    return "'connection' header must contain 'upgrade'";
  }
  if (!lists(request, field::upgrade, "websocket")) {
    return "'upgrade' header must contain 'websocket'";
  }
  const auto key = header(request, field::sec_websocket_key);
  if (!key) return "'sec-websocket-key' header is absent";
  if (!is_websocket_key(*key)) return "'sec-websocket-key' header must be 16 bytes in base64";
  if (header(request, field::sec_websocket_version) != "13") {
    return "'sec-websocket-version' header must equal '13'";
  }
  return {};
}

/// Sorts the query: vsn, positions and token set fields of `info`, the rest goes to its parameters.
/// Returns false if the protocol version is not supported.
bool read_parameters(parameter_list&& all, connect_info& info) {
  std::string vsn = "1.0.0";
  for (auto& [key, value] : all) {
    if (key == "vsn") {
      vsn = std::move(value);
    } else if (key == "positions") {
      info.format.positions = value == "true";
    } else if (key == "token") {
      if (info.token.empty()) info.token = std::move(value);
    } else {
      info.parameters.emplace_back(std::move(key), std::move(value));
    }
  }
  const auto codec = codec_of_version(vsn);
  if (codec) info.format.codec = *codec;
  return codec.has_value();
}

bool are_utf8(const parameter_list& all) {
  return std::all_of(all.begin(), all.end(),
                     [](const auto& pair) { return is_utf8(pair.first) && is_utf8(pair.second); });
}

/// Decodes the query. An ignored token is removed first: it is no reason to refuse, even if it is
/// not UTF-8.
std::optional<parameter_list> read_query(std::string_view query, bool uses_tokens) {
  auto out = parse_query(uses_tokens ? std::string{query} : without_parameter(query, "token"));
  if (out && !are_utf8(*out)) out.reset();
  return out;
}

/// The bearer token, else the cookie: browsers send cookies unasked, so an explicit token wins.
std::string header_token(const request_head& request, std::string_view cookie) {
  const auto bearer = bearer_token(header(request, field::authorization).value_or(""));
  if (!bearer.empty() || cookie.empty()) return std::string{bearer};
  const auto [first, last] = request.equal_range(field::cookie);
  for (auto line = first; line != last; ++line) {
    const auto value = cookie_value(plain(line->value()), cookie);
    if (!value.empty()) return std::string{value};
  }
  return {};
}

std::string_view without_slashes(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

}  // namespace

std::vector<mount> mounts_of(const settings& config) {
  std::vector<mount> out;
  for (const auto& socket : config.sockets) {
    std::string path{without_slashes(socket.path)};
    path.append("/websocket");
    out.push_back({out.size(), std::move(path), origin_policy{socket.origins}, socket.subprotocols,
                   socket.auth});
  }
  return out;
}

const mount* find_mount(const std::vector<mount>& mounts, std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  const auto at = std::find_if(mounts.begin(), mounts.end(),
                               [&](const mount& m) { return m.websocket_path == path; });
  return at == mounts.end() ? nullptr : &*at;
}

std::variant<upgrade_accepted, upgrade_refused> decide_upgrade(const request_head& request,
                                                               std::string_view query,
                                                               const mount& at,
                                                               const upgrade_facts& facts) {
  if (request.method() != beast_http::verb::get) return refuse(errc::method_refused);
  const bool uses_tokens = facts.has_token_key && at.tokens != token_use::none;
  auto parameters = read_query(query, uses_tokens);
  if (!parameters) return refuse(errc::bad_request);
  if (!at.origins.allows(header(request, field::origin), header(request, field::host).value_or(""),
                         facts.own)) {
    return refuse(errc::origin_refused);
  }
  auto protocol = choose_subprotocol(joined(request, field::sec_websocket_protocol),
                                     at.subprotocols, uses_tokens);
  if (!protocol) return refuse(protocol.failure().code);
  upgrade_accepted out;
  out.info.mount = at.index;
  out.info.token = std::move(protocol->token);
  out.subprotocol = std::move(protocol->echo);
  if (!read_parameters(std::move(*parameters), out.info)) return refuse(errc::version_refused);
  out.info.tokens = at.tokens;
  if (uses_tokens && out.info.token.empty()) out.info.token = header_token(request, facts.cookie);
  if (const auto fault = upgrade_fault(request); !fault.empty()) {
    return upgrade_refused{errc::bad_request,
                           {400, text_type, std::string{fault}, "Sec-WebSocket-Version: 13\r\n"}};
  }
  out.key = *header(request, field::sec_websocket_key);
  return out;
}

std::string switching_protocols(const upgrade_accepted& accepted) {
  std::string out =
      "HTTP/1.1 101 Switching Protocols\r\nServer: roost\r\nUpgrade: websocket\r\n"
      "Connection: Upgrade\r\nSec-WebSocket-Accept: ";
  out.append(websocket::accept_key(accepted.key)).append("\r\n");
  if (!accepted.subprotocol.empty()) {
    out.append("Sec-WebSocket-Protocol: ").append(accepted.subprotocol).append("\r\n");
  }
  return out.append("\r\n");
}

}  // namespace roost::net::http
