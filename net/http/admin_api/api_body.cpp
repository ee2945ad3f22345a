// SPDX-License-Identifier: Apache-2.0
#include "net/http/admin_api/api_body.hpp"

#include <algorithm>

#include "config/base/ids.hpp"
#include "net/protocol/json/json_check.hpp"
#include "net/protocol/json/json_text.hpp"

namespace roost::net::http {

namespace {

error refuse(std::string why) { return {errc::bad_request, std::move(why)}; }

std::string text_of(const raw_json& value) {
  return json_unescaped(value.text.substr(1, value.text.size() - 2));
}

}  // namespace

result<api_body> api_body::read(std::string_view text, std::initializer_list<const char*> known) {
  const auto state = check_json(text);
  if (state == json_state::too_deep) return error{errc::invalid_payload, "the body is too deep"};
  if (state == json_state::lone_surrogate) {
    return error{errc::invalid_payload, "a lone surrogate is not valid text"};
  }
  json_cursor at{text};
  if (state != json_state::valid || !at.take('{')) return refuse("the body must be a JSON object");
  api_body out;
  raw_json name;
  raw_json value;
  while (at.sees('"') && at.take_value(name) && at.take(':') && at.take_value(value)) {
    auto key = text_of(name);
    if (std::ranges::find(known, key) == known.end()) {
      return refuse("there is no member " + shown(key) + " here");
    }
    if (out.find(key)) return refuse(key + " is given twice");
    out.members_.emplace_back(std::move(key), value);
    at.take(',');
  }
  return out;
}

const raw_json* api_body::find(std::string_view key) const {
  const auto found = std::ranges::find(members_, key, &std::pair<std::string, raw_json>::first);
  return found == members_.end() ? nullptr : &found->second;
}

result<std::string> api_body::name(std::string_view key) const {
  const auto* const found = find(key);
  if (!found) return refuse(std::string{key} + " is missing");
  return name_of(key, *found);
}

result<std::vector<std::string>> api_body::names(std::string_view key,
                                                 std::size_t names_max) const {
  const auto* const found = find(key);
  const auto rule =
      std::string{key} + " must be a list of 1 to " + std::to_string(names_max) + " names";
  if (!found || found->text.front() != '[') return refuse(rule);
  json_cursor at{found->text};
  at.take('[');
  std::vector<std::string> out;
  raw_json each;
  while (!at.sees(']') && at.take_value(each)) {
    if (out.size() == names_max) return refuse(rule);
    auto text = name_of(key, each);
    if (!text) return text.failure();
    out.push_back(std::move(*text));
    at.take(',');
  }
  if (out.empty()) return refuse(rule);
  return out;
}

result<std::string> api_body::name_of(std::string_view key, const raw_json& value) {
  if (!value.is_string()) return refuse(std::string{key} + " must be a string");
  auto out = text_of(value);
  if (auto valid = check_name(key, out); !valid) return valid.failure();
  return out;
}

std::string api_body::shown(std::string_view name) {
  constexpr std::size_t shown_max = 40;
  if (name.size() > shown_max || !check_name({}, name)) return "of this name";
  return '"' + std::string{name} + '"';
}

result<void> api_body::check_name(std::string_view key, std::string_view value) {
  if (value.size() > name_bytes_max) return error{errc::name_too_long, std::string{key}};
  if (value.empty() || !is_utf8(value) || has_control_character(value)) {
    return refuse(std::string{key} + " must be a string without control characters");
  }
  return {};
}

}  // namespace roost::net::http
