// SPDX-License-Identifier: Apache-2.0
#include "net/http/upgrade/authenticate.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "config/base/clock.hpp"
#include "config/telemetry/log.hpp"

namespace roost::net::http {

namespace {

std::string_view path_of(std::size_t mount, const settings& config) {
  return mount < config.sockets.size() ? std::string_view{config.sockets[mount].path} : "";
}

}  // namespace

errc authenticate(connect_info& info, auth::token_verifier* verifier, const settings& config) {
  const auto token = std::exchange(info.token, {});
  if (info.tokens == token_use::none || !verifier || !has_token_key(config)) return errc::none;
  if (token.empty()) return errc::none;
  auto checked = verifier->check(token, unix_ms());
  if (!checked) {
    log::info("token_refused", {{"peer", info.peer_address},
                                {"why", checked.failure().detail},
                                {"mount", path_of(info.mount, config)}});
    return checked.failure().code;
  }
  info.identity = std::move(*checked);
  return errc::none;
}

}  // namespace roost::net::http
