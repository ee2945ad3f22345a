// SPDX-License-Identifier: Apache-2.0
// One HTTP request as libcurl runs it. Only for http_client.
#pragma once

#include <curl/curl.h>

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "config/base/freed_by.hpp"
#include "net/http/client/http_exchange.hpp"

namespace roost::net::http {

using easy_ptr = std::unique_ptr<CURL, freed_by<curl_easy_cleanup>>;
using list_ptr = std::unique_ptr<curl_slist, freed_by<curl_slist_free_all>>;

/// One request. Owns: libcurl's handle. Runs on: the loop. Ends: after its listener was called.
struct transfer {
  std::uint64_t id = 0;
  http_request request;
  http_listener on_answer;
  list_ptr headers;
  std::optional<boost::asio::steady_timer> deadline;
  http_client_response answer;
  std::size_t header_bytes = 0;
  bool is_too_long = false;
  std::array<char, CURL_ERROR_SIZE> why{};
  easy_ptr easy;  // the last member: libcurl may write to the others until it is freed
};

/// Creates libcurl's handle for `request`; null if memory is short. Add it to a multi handle.
std::unique_ptr<transfer> make_transfer(http_request request, http_listener on_answer);
/// The result of a transfer that ended with `code`. Call once.
result<http_client_response> result_of(transfer& done, CURLcode code);

}  // namespace roost::net::http
