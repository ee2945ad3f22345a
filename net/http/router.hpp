// SPDX-License-Identifier: Apache-2.0
// Routes a request that is not an upgrade to its page. Pure.
#pragma once

#include <boost/beast/http/verb.hpp>
#include <span>
#include <string_view>

#include "config/telemetry/metrics.hpp"
#include "net/http/demo_assets.hpp"
#include "net/http/message/http_response.hpp"
#include "net/http/node_state.hpp"

namespace roost::net::http {

struct page_request {
  boost::beast::http::verb method;
  std::string_view path;
  std::string_view if_none_match;  ///< empty: none
};

struct page_facts {
  node_state state;
  bool is_full;                   ///< no further client is accepted
  bool is_store_unavailable;      ///< rooms refuse pushes
  std::span<const asset> assets;  ///< empty: no demo page
};

/// True for /health and /ready, which are public under every Host: they reveal nothing secret.
bool is_health_path(std::string_view path);
/// Serves /health, /ready and the demo page.
http_response public_page(const page_request& request, const page_facts& facts);
/// Serves /health, /ready, /metrics and /stats.
http_response admin_page(const page_request& request, const page_facts& facts,
                         const metrics& probe);

}  // namespace roost::net::http
