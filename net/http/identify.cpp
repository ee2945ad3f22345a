#include "net/http/identify.hpp"

#include <string>
#include <utility>

#include "config/base/clock.hpp"
#include "config/base/log.hpp"

namespace roost::net::http {

errc identify(connect_info& info, auth::token_office* office, const settings& config) {
  const auto token = std::exchange(info.token, {});
  if (info.tokens == token_use::none || !office || !has_token_key(config)) return errc::none;
  if (token.empty()) return errc::none;
  auto checked = office->check(token, unix_ms());
  if (!checked) {
    log::info("token_refused", {{"why", checked.failure().detail}, {"mount", info.mount}});
    return checked.failure().code;
  }
  info.identity = std::move(*checked);
  return errc::none;
}

}  // namespace roost::net::http
