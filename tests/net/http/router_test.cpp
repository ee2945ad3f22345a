// SPDX-License-Identifier: Apache-2.0
#include "net/http/router.hpp"

#include "tests/fixtures/catch.hpp"
#include "tests/net/http/raw_client.hpp"

namespace roost::net::http {
namespace {

using boost::beast::http::verb;

http_response open_page(std::string_view path, page_facts facts, verb method = verb::get) {
  return public_page({method, path, {}}, facts);
}

}  // namespace

TEST_CASE("health is ok in every state") {
  for (const auto state : {node_state::starting, node_state::ready, node_state::draining}) {
    const auto got = open_page("/health", {state, false, false, {}});
    CHECK(got.status == 200);
    CHECK(got.body == R"({"status":"ok"})");
  }
}

TEST_CASE("readiness reports why the node takes no work") {
  const auto ask = [](node_state state, bool is_full, bool is_store_unavailable = false) {
    const auto got = open_page("/ready", {state, is_full, is_store_unavailable, {}});
    return std::to_string(got.status) + got.body;
  };
  CHECK(ask(node_state::ready, false) == R"(200{"status":"ready"})");
  CHECK(ask(node_state::starting, false) == R"(503{"status":"starting"})");
  CHECK(ask(node_state::draining, true) == R"(503{"status":"draining"})");
  CHECK(ask(node_state::closing, false) == R"(503{"status":"draining"})");
  CHECK(ask(node_state::ready, true) == R"(503{"status":"full"})");
  CHECK(ask(node_state::ready, false, true) == R"(503{"status":"store_unavailable"})");
  CHECK(ask(node_state::draining, false, true) == R"(503{"status":"draining"})");
}

TEST_CASE("an unknown path gets 404 and a known page accepts only GET and HEAD") {
  const page_facts facts{node_state::ready, false, false, demo_assets()};
  CHECK(open_page("/nothing", facts).status == 404);
  CHECK(open_page("/metrics", facts).status == 404);
  CHECK(open_page("/nothing", facts, verb::post).status == 404);
  const auto posted = open_page("/health", facts, verb::post);
  CHECK(posted.status == row_of(errc::method_refused).http_status);
  CHECK(holds(posted.headers, "Allow: GET, HEAD"));
  CHECK(open_page("/health", facts, verb::head).status == 200);
}

TEST_CASE("the demo is served only if it is enabled") {
  CHECK(open_page("/", {node_state::ready, false, false, {}}).status == 404);
  const page_facts with{node_state::ready, false, false, demo_assets()};
  const std::pair<const char*, const char*> files[] = {
      {"/", "text/html; charset=utf-8"},
      {"/demo.js", "text/javascript; charset=utf-8"},
      {"/demo.css", "text/css; charset=utf-8"},
      {"/phoenix.mjs", "text/javascript; charset=utf-8"},
      {"/phoenix.LICENSE.txt", "text/plain; charset=utf-8"}};
  for (const auto& [path, type] : files) {
    INFO(path);
    const auto got = open_page(path, with);
    CHECK(got.status == 200);
    CHECK(got.content_type == type);
    CHECK_FALSE(got.body.empty());
    CHECK(holds(got.headers, "default-src 'self'; connect-src 'self' ws: wss:"));
    CHECK(holds(got.headers, "Cache-Control: no-cache"));
  }
  CHECK(holds(open_page("/", with).body, "<html"));
}

TEST_CASE("a page with a matching ETag gets 304 without a body") {
  const page_facts with{node_state::ready, false, false, demo_assets()};
  const auto& file = demo_assets().front();
  const auto got = public_page({verb::get, file.path, file.etag}, with);
  CHECK(got.status == 304);
  CHECK(got.body.empty());
  CHECK(holds(got.headers, file.etag));
  CHECK(public_page({verb::get, file.path, "\"other\""}, with).status == 200);
}

TEST_CASE("the admin port serves the metrics as text and as JSON") {
  metrics probe;
  const page_facts facts{node_state::ready, false, false, demo_assets()};
  const auto ask = [&](std::string_view path) {
    return admin_page({verb::get, path, {}}, facts, probe);
  };
  CHECK(begins(ask("/metrics").content_type, "text/plain; version=0.0.4"));
  CHECK(holds(ask("/metrics").body, "roost_connections"));
  CHECK(begins(ask("/stats").body, "{"));
  CHECK(ask("/health").status == 200);
  CHECK(ask("/ready").status == 200);
  CHECK(ask("/").status == 404);
}

}  // namespace roost::net::http
