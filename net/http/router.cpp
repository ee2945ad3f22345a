// SPDX-License-Identifier: Apache-2.0
#include "net/http/router.hpp"

#include <algorithm>
#include <optional>

namespace roost::net::http {
namespace {

using boost::beast::http::verb;

constexpr std::string_view page_headers =
    "Cache-Control: no-cache\r\n"
    "Content-Security-Policy: default-src 'self'; connect-src 'self' ws: wss:\r\n"
    "Referrer-Policy: no-referrer\r\n";

http_response uncached(std::string_view type, std::string body, unsigned status = 200) {
  return {status, type, std::move(body), "Cache-Control: no-store\r\n"};
}

http_response ready(const page_facts& facts) {
  if (facts.state == node_state::starting) {
    return uncached(json_type, R"({"status":"starting"})", 503);
  }
  if (facts.state == node_state::draining || facts.state == node_state::closing) {
    return uncached(json_type, R"({"status":"draining"})", 503);
  }
  if (facts.is_full) return uncached(json_type, R"({"status":"full"})", 503);
  if (facts.is_store_unavailable) {
    return uncached(json_type, R"({"status":"store_unavailable"})", 503);
  }
  return uncached(json_type, R"({"status":"ready"})");
}

http_response page_of(const asset& file, std::string_view if_none_match) {
  http_response out{200, file.content_type, {}, std::string{page_headers}};
  out.headers.append("ETag: ").append(file.etag).append("\r\n");
  if (if_none_match.find(file.etag) != std::string_view::npos) {
    out.status = 304;
    out.content_type = {};
  } else {
    out.body = file.bytes;
  }
  return out;
}

std::optional<http_response> health_page(std::string_view path, const page_facts& facts) {
  if (path == "/health") return uncached(json_type, R"({"status":"ok"})");
  if (path == "/ready") return ready(facts);
  return std::nullopt;
}

/// Returns `page` for GET and HEAD, else 405.
http_response for_get_or_head(verb method, http_response page) {
  if (method == verb::get || method == verb::head) return page;
  auto out = http_error_response(errc::method_refused);
  out.headers.append("Allow: GET, HEAD\r\n");
  return out;
}

}  // namespace

bool is_health_path(std::string_view path) { return path == "/health" || path == "/ready"; }

http_response public_page(const page_request& request, const page_facts& facts) {
  if (auto page = health_page(request.path, facts)) return for_get_or_head(request.method, *page);
  const auto file = std::find_if(facts.assets.begin(), facts.assets.end(),
                                 [&](const asset& a) { return a.path == request.path; });
  if (file == facts.assets.end()) return http_error_response(errc::not_found);
  return for_get_or_head(request.method, page_of(*file, request.if_none_match));
}

http_response admin_page(const page_request& request, const page_facts& facts,
                         const metrics& probe) {
  if (auto page = health_page(request.path, facts)) return for_get_or_head(request.method, *page);
  if (request.path == "/metrics") {
    return for_get_or_head(request.method,
                           uncached("text/plain; version=0.0.4; charset=utf-8", probe.text()));
  }
  if (request.path == "/stats")
    return for_get_or_head(request.method, uncached(json_type, probe.json()));
  return http_error_response(errc::not_found);
}

}  // namespace roost::net::http
