// SPDX-License-Identifier: Apache-2.0
// Fuzzes API requests: each is either within all bounds, or refused with a reason.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "config/base/ids.hpp"
#include "net/http/admin_api/api_body.hpp"
#include "net/http/admin_api/api_request.hpp"
#include "net/http/message/request_target.hpp"

namespace {

using namespace roost;
using namespace roost::net::http;

constexpr std::uint32_t payload_bytes_max = 512;

void require(bool is_true) {
  if (!is_true) std::abort();
}

void check_name(std::string_view name) {
  require(static_cast<bool>(api_body::check_name("x", name)));
  require(!name.empty() && name.size() <= name_bytes_max);
}

void check_refusal(const error& why) {
  switch (why.code) {
    case errc::method_refused:
    case errc::bad_request:
    case errc::name_too_long:
    case errc::invalid_payload:
    case errc::payload_too_large:
      break;
    default:
      std::abort();
  }
  // The detail is sent to the client as JSON. dump() throws if it is not UTF-8.
  (void)nlohmann::json(why.detail).dump();
}

// Checks with a different parser. Numbers beyond a double are still valid JSON.
bool is_json(std::string_view text) {
  try {
    return nlohmann::json::parse(text).is_object();
  } catch (const nlohmann::json::out_of_range&) {
    return true;
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

void check_request(const api_request& request, std::string_view body) {
  require(request.topics.size() <= api_request::topics_max);
  for (const auto& each : request.topics) check_name(each.name);
  require(request.limit >= 1 && request.limit <= api_request::limit_max);
  if (request.route != api_route::publish && request.route != api_route::broadcast) return;
  require(!request.topics.empty());
  check_name(request.event);
  const auto payload = request.payload.view();
  require(payload.size() <= payload_bytes_max && payload.starts_with('{') &&
          payload.ends_with('}'));
  require(body.find(payload) != std::string_view::npos);
  require(is_json(payload));
}

void check(api_route route, const raw_api_request& call) {
  const auto got = read_api_request(route, call, payload_bytes_max);
  if (!got) return check_refusal(got.failure());
  require(got->route == route);
  check_request(*got, call.body);
}

}  // namespace

// Input: the first line is the query or the Idempotency-Key, the rest is the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const auto cut = input.find('\n');
  const auto line = input.substr(0, cut);
  const auto body = cut == std::string_view::npos ? std::string_view{} : input.substr(cut + 1);
  for (std::size_t i = 0; i < api_route_names.size(); ++i) {
    const auto route = static_cast<api_route>(i);
    check(route, {api_method::get, line, body, {}});
    check(route, {api_method::post, "", body, line});
    check(route, {api_method::post, "", body, {}});
  }
  const auto target = split_target(line);
  require(target.path.size() + target.query.size() <= line.size());
  if (const auto route = api_route_of(target.path)) require(is_api_path(target.path));
  return 0;
}
