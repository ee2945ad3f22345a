// SPDX-License-Identifier: Apache-2.0
#include "net/http/client/health_check.hpp"

#include <boost/asio/io_context.hpp>

#include "net/http/client/http_client.hpp"

namespace roost::net::http {

result<int> health_status(const std::string& url, milliseconds timeout) {
  const error not_a_url{errc::bad_request, "is not a URL such as http://127.0.0.1:4000"};
  if (!url.starts_with("http://")) return not_a_url;
  boost::asio::io_context context;
  http_client client{context};
  result<int> status = not_a_url;
  const auto sent = client.send(
      {.url = url, .timeout = timeout, .keeps_connection = false},
      [&status](const result<http_client_response>& answer) {
        if (answer) {
          status = answer->status;
        } else {
          status = error{errc::unavailable, "cannot be reached: " + answer.failure().detail};
        }
      });
  if (sent) context.run();
  return status;
}

}  // namespace roost::net::http
