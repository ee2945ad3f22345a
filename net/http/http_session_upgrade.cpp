// SPDX-License-Identifier: Apache-2.0
// Upgrades a session to WebSocket or refuses the upgrade.
#include <sys/socket.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "config/telemetry/log.hpp"
#include "net/http/http_session.hpp"
#include "net/http/message/credentials.hpp"
#include "net/http/upgrade/authenticate.hpp"
#include "net/websocket/session_adoption.hpp"

namespace roost::net::http {
namespace {

/// Maximum length of a header value in the log; host names have at most 253 bytes.
constexpr std::size_t shown_bytes_max = 300;

}  // namespace

/// A refusal closes the connection. Guessing tokens then costs a rate-limited connect for each
/// guess, and WebSocket clients do not reuse a connection after a failed upgrade.
void http_session::upgrade(const mount& at, std::string_view query) {
  const auto result = admission_.upgrade(parser_->get(), home_.home().now());
  if (result != client_admission::admission_result::go_on)
    return reply(admission_.refusal(result), false);
  const auto& shared = home_.shared();
  const auto refuse = [&](errc why, const http_response& response) {
    shared.probe.add(metrics::counter::handshakes_refused, row_of(why).name);
    log_refused_upgrade(why, at);
    reply(response, false);
  };
  const auto& config = shared.config.current();
  auto upgrade_result = decide_upgrade(
      parser_->get(), query, at,
      {shared.own_hosts_at(home_.home().now()), has_token_key(config), config.auth.cookie});
  if (const auto* refused = std::get_if<upgrade_refused>(&upgrade_result))
    return refuse(refused->why, refused->reply);
  if (shared.state.load(std::memory_order_relaxed) == node_state::closing) {
    return refuse(errc::draining, http_error_response(errc::draining));
  }
  if (shared.is_full()) return refuse(errc::node_full, http_error_response(errc::node_full));
  auto& accepted = std::get<upgrade_accepted>(upgrade_result);
  accepted.info.peer_address = limits::text_of(admission_.client());
  if (const auto why = authenticate(accepted.info, shared.verifier, shared.config.current());
      why != errc::none) {
    return refuse(why, token_error_response(why));
  }
  if (const auto why = shared.sessions.opener.admits(accepted.info); why != errc::none) {
    return refuse(why, http_error_response(why));
  }
  start_websocket(std::move(accepted));
}

/// Logs the origin of the page and, if the origin was refused, the setting to change.
void http_session::log_refused_upgrade(errc why, const mount& at) const {
  const auto& request = parser_->get();
  const auto text_of = [&](boost::beast::http::field name) {
    const auto found = request[name];
    return std::string_view{found.data(), std::min(found.size(), shown_bytes_max)};
  };
  const bool is_origin = why == errc::origin_refused;
  log::info("upgrade_refused",
            {{"peer", limits::text_of(admission_.client())},
             {"reason", row_of(why).name},
             {"mount", home_.shared().config->sockets[at.index].path},
             {"origin", text_of(boost::beast::http::field::origin)},
             {"host", text_of(boost::beast::http::field::host)},
             is_origin ? log::field{"change", at.origins.setting()} : log::field{"change"}});
}

void http_session::start_websocket(upgrade_accepted accepted) {
  const auto text = switching_protocols(accepted);
  const auto sent = ::send(socket_.native_handle(), text.data(), text.size(), MSG_NOSIGNAL);
  // The send buffer is full only if the client has not read earlier responses.
  if (sent != static_cast<ssize_t>(text.size())) return end();
  parser_.reset();
  auto socket = std::move(socket_);
  const auto early = std::exchange(input_, {});
  end();
  websocket::start_session(home_.home(), std::move(socket), early, std::move(accepted.info),
                           home_.shared().sessions);
}

}  // namespace roost::net::http
