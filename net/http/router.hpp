// Which page answers a request that is no upgrade. Pure: facts in, an answer out.
#pragma once

#include <boost/beast/http/verb.hpp>
#include <span>
#include <string_view>

#include "config/base/metrics.hpp"
#include "net/http/answer.hpp"
#include "net/http/demo_assets.hpp"
#include "net/http/server.hpp"

namespace roost::net::http {

struct page_request {
  boost::beast::http::verb method;
  std::string_view path;
  std::string_view if_none_match;  ///< empty: none
};

struct page_facts {
  node_state state;
  bool is_full;                   ///< no further client is taken
  std::span<const asset> assets;  ///< empty: no demo page
};

/// /health and /ready, which anybody may ask by any name: they say nothing that is worth a secret.
bool is_health_path(std::string_view path);
/// /health, /ready and the demo page.
answer public_page(const page_request& request, const page_facts& facts);
/// /health, /ready, /metrics and /stats.
answer admin_page(const page_request& request, const page_facts& facts, const metrics& probe);

}  // namespace roost::net::http
