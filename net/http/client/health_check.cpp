// SPDX-License-Identifier: Apache-2.0
#include "net/http/client/health_check.hpp"

#include "net/http/client/http_get.hpp"

namespace roost::net::http {

result<int> health_status(const std::string& url, milliseconds timeout) {
  const error not_a_url{errc::bad_request, "is not a URL such as http://127.0.0.1:4000"};
  if (!url.starts_with("http://")) return not_a_url;
  const auto answer = http_get(url, timeout);
  if (answer) return answer->status;
  if (answer.failure().code == errc::bad_request) return not_a_url;
  return error{errc::unavailable, "cannot be reached: " + answer.failure().detail};
}

}  // namespace roost::net::http
