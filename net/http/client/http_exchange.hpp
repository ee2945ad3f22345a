// SPDX-License-Identifier: Apache-2.0
// A request that http_client sends, and its answer.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/base/clock.hpp"
#include "config/base/error.hpp"

namespace roost::net::http {

struct http_request {
  std::string url;  ///< see is_http_url()
  std::string method = "GET";
  std::vector<std::string> headers{};     ///< each "Name: value"
  std::string body{};                     ///< not sent with GET
  std::size_t answer_bytes_max = 65'536;  ///< a longer body is an error
  milliseconds connect_timeout{10'000};   ///< from the name lookup to the end of the TLS handshake
  milliseconds timeout{10'000};           ///< from send() to the last byte
  std::string ca_file{};                  ///< PEM; empty: OpenSSL's folder, or SSL_CERT_FILE
  bool keeps_connection = true;           ///< false: closes the connection after the answer
};

struct http_client_response {
  /// The value of the first header of this name, in any case; empty if there is none.
  std::string_view header(std::string_view name) const;

  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  ///< at most 16 KiB
  std::string body;
};

/// Receives the answer, or unavailable with a reason for people.
using http_listener = std::function<void(const result<http_client_response>&)>;

}  // namespace roost::net::http
