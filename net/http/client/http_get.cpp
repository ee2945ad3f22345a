// SPDX-License-Identifier: Apache-2.0
#include "net/http/client/http_get.hpp"

#include <boost/asio/io_context.hpp>

#include "net/http/client/http_client.hpp"

namespace roost::net::http {

result<http_client_response> http_get(const std::string& url, milliseconds timeout) {
  boost::asio::io_context context;
  http_client client{context};
  result<http_client_response> out = errc::unavailable;
  const auto sent =
      client.send({.url = url, .timeout = timeout, .keeps_connection = false},
                  [&out](const result<http_client_response>& answer) { out = answer; });
  if (!sent) return sent.failure();
  context.run();
  return out;
}

}  // namespace roost::net::http
