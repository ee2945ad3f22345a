// SPDX-License-Identifier: Apache-2.0
#include "net/http/admin_api/api_request.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "config/base/decimal.hpp"
#include "net/http/admin_api/api_body.hpp"
#include "net/http/message/request_target.hpp"
#include "net/protocol/json/json_check.hpp"
#include "net/protocol/json/json_text.hpp"

namespace roost::net::http {

namespace {

constexpr std::string_view prefix = "/api/";
constexpr std::uint64_t until_max = 253'402'300'799;  // the end of the year 9999
constexpr std::uint32_t depth_max = 64;               // same as for client payloads

error refuse(std::string why) { return {errc::bad_request, std::move(why)}; }

result<void> check_key(std::string_view key) {
  if (key.size() > name_bytes_max) return error{errc::name_too_long, "Idempotency-Key"};
  if (key.empty() || !is_utf8(key) || has_control_character(key)) {
    return refuse("the Idempotency-Key must be text");
  }
  return {};
}

// -- requests with a body

result<slice> payload_in(const api_body& body, std::uint32_t bytes_max) {
  const auto* const found = body.find("payload");
  if (!found || found->text.front() != '{') {
    return error{errc::invalid_payload, "payload must be an object"};
  }
  if (found->depth > depth_max) return error{errc::invalid_payload, "payload is too deep"};
  if (found->text.size() > bytes_max) return errc::payload_too_large;
  return slice::of(bytes_ptr::copy(found->text));
}

result<api_request> read_event(api_request out, const api_body& body, const raw_api_request& call,
                               std::uint32_t payload_bytes_max) {
  if (const auto* given = body.find("event"); given && given->text == R"("")") {
    return error{errc::invalid_payload, "event must not be empty"};
  }
  auto event = body.name("event");
  if (!event) return event.failure();
  out.event = std::move(*event);
  auto payload = payload_in(body, payload_bytes_max);
  if (!payload) return payload.failure();
  out.payload = std::move(*payload);
  if (!call.idempotency_key) return out;
  if (auto valid = check_key(*call.idempotency_key); !valid) return valid.failure();
  out.idempotency_key = *call.idempotency_key;
  return out;
}

result<api_request> read_publish(api_request out, const raw_api_request& call,
                                 std::uint32_t bytes_max) {
  const auto body = api_body::read(call.body, {"topic", "event", "payload"});
  if (!body) return body.failure();
  auto topic = body->name("topic");
  if (!topic) return topic.failure();
  out.topics.emplace_back(*topic);
  return read_event(std::move(out), *body, call, bytes_max);
}

result<api_request> read_broadcast(api_request out, const raw_api_request& call,
                                   std::uint32_t bytes_max) {
  const auto body = api_body::read(call.body, {"topics", "event", "payload"});
  if (!body) return body.failure();
  auto all = body->names("topics", api_request::topics_max);
  if (!all) return all.failure();
  for (const auto& each : *all) out.topics.emplace_back(each);
  return read_event(std::move(out), *body, call, bytes_max);
}

result<api_request> read_disconnect(api_request out, const raw_api_request& call) {
  const auto body = api_body::read(call.body, {"user"});
  if (!body) return body.failure();
  auto user = body->name("user");
  if (!user) return user.failure();
  out.user = std::move(*user);
  return out;
}

result<api_request> read_revoke(api_request out, const raw_api_request& call) {
  const auto body = api_body::read(call.body, {"user", "token_id", "until"});
  if (!body) return body.failure();
  if ((body->find("user") == nullptr) == (body->find("token_id") == nullptr)) {
    return refuse("either user or token_id must be given");
  }
  const bool is_user = body->find("user") != nullptr;
  auto id = body->name(is_user ? "user" : "token_id");
  if (!id) return id.failure();
  (is_user ? out.user : out.token_id) = std::move(*id);
  if (const auto* until = body->find("until")) {
    const auto seconds = whole_number(until->text, until_max);
    if (!seconds || *seconds == 0) return refuse("until must be Unix seconds");
    out.until_s = static_cast<std::int64_t>(*seconds);
  }
  return out;
}

// -- requests with a query

result<void> take_limit(api_request& out, std::string_view value) {
  const auto number = whole_number(value, api_request::limit_max);
  if (!number || *number == 0) {
    return refuse("limit must be 1 to " + std::to_string(api_request::limit_max));
  }
  out.limit = static_cast<std::uint32_t>(*number);
  return {};
}

result<void> take_since(api_request& out, std::string_view value) {
  const auto colon = value.rfind(':');
  const auto at =
      colon == std::string_view::npos ? std::nullopt : whole_number(value.substr(colon + 1));
  if (!at || colon == 0) return refuse("since must be epoch:offset");
  out.since = position{std::string{value.substr(0, colon)}, offset{*at}};
  return {};
}

/// The parameters that a route accepts. If `needs_first`, the first one is required.
struct query_rule {
  std::vector<std::string_view> names;
  bool needs_first = true;
};

query_rule rule_of(api_route route) {
  switch (route) {
    case api_route::rooms:
      return {{"match", "after", "limit"}, false};
    case api_route::history:
      return {{"topic", "since", "limit"}};
    case api_route::user:
      return {{"user"}};
    default:
      return {{"topic"}};
  }
}

result<void> take(api_request& out, const std::string& name, const std::string& value) {
  if (name == "limit") return take_limit(out, value);
  if (auto valid = api_body::check_name(name, value); !valid) return valid;
  if (name == "since") return take_since(out, value);
  if (name == "topic") out.topics.emplace_back(value);
  if (name == "user") out.user = value;
  if (name == "match") out.match = value;
  if (name == "after") out.after = value;
  return {};
}

result<api_request> read_query(api_request out, std::string_view query) {
  auto given = parse_query(query);
  if (!given) return refuse("the query is malformed");
  const auto rule = rule_of(out.route);
  std::vector<std::string> given_names;
  for (auto& [name, value] : *given) {
    if (std::ranges::find(rule.names, name) == rule.names.end()) {
      return refuse("there is no parameter " + api_body::shown(name) + " here");
    }
    if (std::ranges::find(given_names, name) != given_names.end())
      return refuse(name + " is given twice");
    given_names.push_back(name);
    if (auto valid = take(out, name, value); !valid) return valid.failure();
  }
  const std::string first{rule.names.front()};
  if (rule.needs_first && std::ranges::find(given_names, first) == given_names.end()) {
    return refuse(first + " is missing");
  }
  return out;
}

}  // namespace

bool is_api_path(std::string_view path) { return path.starts_with(prefix); }

std::optional<api_route> api_route_of(std::string_view path) {
  if (!is_api_path(path)) return std::nullopt;
  const auto found = std::ranges::find(api_route_names, path.substr(prefix.size()));
  if (found == api_route_names.end()) return std::nullopt;
  return static_cast<api_route>(found - api_route_names.begin());
}

result<api_request> read_api_request(api_route route, const raw_api_request& call,
                                     std::uint32_t payload_bytes_max) {
  if (call.method != method_for(route)) return errc::method_refused;
  api_request out;
  out.route = route;
  switch (route) {
    case api_route::publish:
      return read_publish(std::move(out), call, payload_bytes_max);
    case api_route::broadcast:
      return read_broadcast(std::move(out), call, payload_bytes_max);
    case api_route::disconnect:
      return read_disconnect(std::move(out), call);
    case api_route::revoke:
      return read_revoke(std::move(out), call);
    default:
      return read_query(std::move(out), call.query);
  }
}

}  // namespace roost::net::http
