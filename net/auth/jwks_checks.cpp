// SPDX-License-Identifier: Apache-2.0
#include "net/auth/jwks_checks.hpp"

#include "net/auth/jwks_file.hpp"
#include "net/http/client/http_url.hpp"

namespace roost::net::auth {

namespace {

result<void> check_file(const std::string& path) {
  const auto read = read_jwks_file(path);
  if (!read) return read.failure();
  return {};
}

result<void> check_address(const std::string& address) {
  if (http::is_http_url(address)) return {};
  return error{errc::bad_setting, "it is not a URL that can be fetched: check its port"};
}

}  // namespace

roost::key_checks jwks_checks() { return {check_file, check_address}; }

}  // namespace roost::net::auth
